"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { keyHygieneQuery } from "#lib/api/queries";
import { groupDigits } from "../common/format-money.ts";
import { type Hygiene, hygieneKinds } from "./key-filters.ts";
import classes from "./keys.module.css";

type Props = { accountId: string | null; value: Hygiene | null; onChange: (kind: Hygiene | null) => void };

/** What may be wrong with active keys, with how many there are of each; a click shows them, another shows all again. */
export function HygieneBar({ accountId, value, onChange }: Props) {
  const t = useTranslations("keys.hygiene");
  const { data } = useQuery({ ...keyHygieneQuery({ accountId }), staleTime: 60_000 });
  return (
    <fieldset className={classes.hygiene} aria-label={t("label")}>
      {hygieneKinds.map((kind) => (
        <button
          key={kind}
          type="button"
          aria-pressed={value === kind}
          title={t(`help.${kind}`)}
          disabled={data?.[kind] === 0 && value !== kind}
          onClick={() => onChange(value === kind ? null : kind)}
        >
          {t(`kinds.${kind}`)}
          <span data-count>{data === undefined ? "…" : groupDigits(String(data[kind]))}</span>
        </button>
      ))}
    </fieldset>
  );
}
