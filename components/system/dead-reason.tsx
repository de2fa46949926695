"use client";

import { useTranslations } from "next-intl";

/** Why the database refused a bill, in words, with the code that a search engine knows. */
export function DeadReason({ reason }: { reason: string }) {
  const t = useTranslations("deadLetters.reasons");
  return t(wordOf(reason), { code: reason });
}

function wordOf(reason: string): "data" | "constraint" | "unreadable" | "elsewhere" | "other" {
  if (/^22[0-9A-Z]{3}$/.test(reason)) return "data";
  if (/^23[0-9A-Z]{3}$/.test(reason)) return "constraint";
  if (reason === "UnreadableRow") return "unreadable";
  return reason === "SettledElsewhere" ? "elsewhere" : "other";
}
