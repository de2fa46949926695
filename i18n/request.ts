import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import { acceptedLocale, isLocale, localeCookie } from "./locales.ts";

/** The language of a request: the cookie set by the user menu, else what the browser asks for. */
export default getRequestConfig(async () => {
  const chosen = (await cookies()).get(localeCookie)?.value;
  const locale = isLocale(chosen) ? chosen : acceptedLocale((await headers()).get("accept-language"));
  const messages =
    locale === "zh" ? await import("../messages/zh.json") : await import("../messages/en.json");
  return { locale, messages: messages.default, timeZone: "UTC" };
});
