const yearSeconds = 31_536_000;

/** The console's languages, each named in itself. */
export const languages = [
  { value: "en", label: "English" },
  { value: "zh", label: "简体中文" },
] as const;

/** Remembers the language for this browser; the next render of the server speaks it. */
export function setLanguage(locale: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API lacks a synchronous write
  document.cookie = `tollgate-locale=${locale}; path=/; max-age=${yearSeconds}; samesite=lax`;
}
