/** Languages of the console, by BCP 47 tag; the first is the default. */
export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];
export const localeCookie = "tollgate-locale";

export function isLocale(value: string | undefined): value is Locale {
  return locales.some((locale) => locale === value);
}

/** The first supported language of an Accept-Language header: "zh-CN,zh;q=0.9" → "zh". */
export function acceptedLocale(header: string | null): Locale {
  for (const part of (header ?? "").split(",")) {
    const tag = part.split(";")[0]?.trim().slice(0, 2).toLowerCase();
    if (isLocale(tag)) return tag;
  }
  return "en";
}
