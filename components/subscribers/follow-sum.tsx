import { useTranslations } from "next-intl";
import type { Subscription } from "#lib/subscribers/schema";

/** What a subscription brings, in a line: "openai, gpt-5 · Once a day · English". */
export function useFollowSum() {
  const t = useTranslations("subscription");
  return ({
    all,
    vendors,
    models,
    digest,
    locale,
  }: Pick<Subscription, "all" | "vendors" | "models" | "digest" | "locale">) => {
    const names = [...vendors, ...models];
    const what = all ? t("sumAll") : t("sumSome", { names: names.join(", ") });
    return [what, t(digest ? "daily" : "immediately"), t(`languages.${locale}`)].join(" · ");
  };
}
