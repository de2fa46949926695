"use client";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactNode } from "react";
import { pricePreviewQuery } from "#lib/api/queries";
import type { PreviewAnswer } from "#lib/pricing/preview-schema";
import { ErrorState } from "../common/error-state.tsx";
import { groupDigits } from "../common/format-money.ts";
import { Money } from "../common/money.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import classes from "./prices.module.css";

const spans = ["7", "30", "90"] as const;

/** What the last days' real usage would have cost: revenue before and after, margin, who pays more, what is refused. */
export function PreviewSection({ id }: { id: string }) {
  const t = useTranslations("prices");
  const [days, setDays] = useQueryState("days", parseAsStringLiteral(spans).withDefault("30"));
  const preview = useQuery({ ...pricePreviewQuery(id, Number(days)), placeholderData: keepPreviousData });
  return (
    <section aria-busy={preview.isFetching}>
      <h2>{t("whatIf")}</h2>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label={t("whatIf")}
          value={days}
          onChange={(value) => void setDays(spans.find((one) => one === value) ?? null)}
          data={spans.map((value) => ({ value, label: t("days", { count: Number(value) }) }))}
        />
        {preview.data !== undefined && (
          <span className={classes.dim}>
            {t("rated", { requests: groupDigits(String(preview.data.requests)), from: preview.data.from })}
          </span>
        )}
      </div>
      {preview.data === undefined && preview.error !== null && (
        <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.data !== undefined && <Answer preview={preview.data} />}
    </section>
  );
}

function Answer({ preview }: { preview: PreviewAnswer }) {
  const t = useTranslations("prices");
  const tile = (label: string, value: ReactNode, small: ReactNode) => (
    <div>
      <dt>{label}</dt>
      <dd>
        {value}
        <small>{small}</small>
      </dd>
    </div>
  );
  return (
    <>
      <dl className={classes.tiles}>
        {tile(t("revenueBefore"), <Money value={preview.before} />, t("atPresentPrices"))}
        {tile(t("revenueAfter"), <Money value={preview.after} />, <Signed usd={preview.change} />)}
        {tile(
          t("marginAfter"),
          <Money value={preview.marginAfter} />,
          <>
            {t("was")} <Money value={preview.marginBefore} />
          </>,
        )}
        {tile(
          t("payMore"),
          groupDigits(String(preview.accountsThatPayMore)),
          t("payLess", { count: preview.accountsThatPayLess }),
        )}
      </dl>
      {preview.refused.length > 0 && (
        <p role="alert">
          <StateBadge tone="bad">{t("wouldRefuse", { count: preview.refused.length })}</StateBadge>{" "}
          {preview.refused.map(({ model }) => model).join(", ")}
        </p>
      )}
      {preview.outsideOfficial.length > 0 && (
        <p>
          <StateBadge tone="warn">{t("outside", { count: preview.outsideOfficial.length })}</StateBadge>{" "}
          <span className={classes.dim}>{preview.outsideOfficial.slice(0, 20).join(", ")}</span>
        </p>
      )}
      {preview.accounts.length > 0 && (
        <RatedTable
          label={t("accountsChanged")}
          rows={preview.accounts.map((row) => ({
            ...row,
            key: row.accountId,
            name: <Link href={`/accounts/${row.accountId}`}>{row.name ?? row.accountId}</Link>,
          }))}
        />
      )}
      {preview.models.length > 0 && (
        <RatedTable
          label={t("modelsChanged")}
          rows={preview.models.map((row) => ({ ...row, key: row.model, name: row.model }))}
        />
      )}
    </>
  );
}

type RatedRow = {
  key: string;
  name: ReactNode;
  requests: number;
  before: string;
  after: string;
  change: string;
};

function RatedTable({ label, rows }: { label: string; rows: readonly RatedRow[] }) {
  const t = useTranslations("prices");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by arrow keys on a phone, which needs the focus
    <section className={classes.wide} tabIndex={0} aria-label={label}>
      <table className={classes.changes} aria-label={label}>
        <thead>
          <tr>
            <th scope="col" data-text>
              {label}
            </th>
            <th scope="col">{t("requests")}</th>
            <th scope="col">{t("before")}</th>
            <th scope="col">{t("after")}</th>
            <th scope="col">{t("change")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" data-text>
                {row.name}
              </th>
              <td>{groupDigits(String(row.requests))}</td>
              <td>
                <Money value={row.before} />
              </td>
              <td>
                <Money value={row.after} />
              </td>
              <td>
                <Signed usd={row.change} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Signed({ usd }: { usd: string }) {
  const isMore = !usd.startsWith("-") && usd !== "0";
  return (
    <span style={{ color: isMore ? "var(--tg-warn)" : "inherit" }}>
      {isMore && "+"}
      <Money value={usd} />
    </span>
  );
}
