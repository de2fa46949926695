import { createTranslator } from "use-intl/core";
import en from "../../messages/en.json" with { type: "json" };
import zh from "../../messages/zh.json" with { type: "json" };
import type { Signal } from "./finding.ts";

type Language = "en" | "zh";

const words: Record<Language, Record<string, string>> = {
  en: en.incidents.signals,
  zh: zh.incidents.signals,
};

/**
 * A signal as a sentence's part: "first request from 203.0.113.0/24". The words stand in messages/*.json under
 * `incidents.signals.<kind>`, the figures are their arguments. Of a kind that has no words its name is told.
 */
export function reasonText({ kind, figures }: Pick<Signal, "kind" | "figures">, language: Language): string {
  const message = words[language][kind] ?? words.en[kind];
  if (message === undefined) return kind.replaceAll("_", " ");
  const failed = () => `${kind.replaceAll("_", " ")}`;
  const translate = createTranslator({
    locale: language,
    timeZone: "UTC",
    messages: { message },
    onError: () => undefined,
    getMessageFallback: failed,
  });
  return translate("message", figures);
}
