"use client";

import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { mailStates } from "#lib/mail/schema";
import { type TemplateName, templateNames } from "#lib/mail/template-names";
import type { FilterSpec } from "../data-table/filter-types.ts";
import { pushed } from "../data-table/history.ts";

/** What of the outbox stands in the URL: filters, the open mail, the mail server's form. */
export function useOutboxParams() {
  return useQueryStates(
    {
      to: parseAsString,
      state: parseAsStringLiteral(mailStates),
      template: parseAsString,
      row: parseAsString,
      server: parseAsBoolean,
    },
    pushed,
  );
}

export function useOutboxFilterSpecs(): FilterSpec[] {
  const t = useTranslations("outbox");
  const kindOf = useMailKind();
  return [
    {
      key: "state",
      label: t("state"),
      input: { kind: "choice", options: mailStates.map((value) => ({ value, label: t(`states.${value}`) })) },
    },
    {
      key: "template",
      label: t("kind"),
      input: { kind: "choice", options: templateNames.map((value) => ({ value, label: kindOf(value) })) },
    },
  ];
}

/** What a mail is about, as people say it; a template of another release by its own name. */
export function useMailKind(): (template: string) => string {
  const t = useTranslations("outbox");
  return (template) => (isTemplate(template) ? t(`kinds.${template}`) : template);
}

function isTemplate(text: string): text is TemplateName {
  return (templateNames as readonly string[]).includes(text);
}
