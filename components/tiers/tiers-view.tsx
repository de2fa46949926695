"use client";

import { Button } from "@mantine/core";
import { IconDiscount2, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { tierGrantsQuery, tiersQuery } from "#lib/api/queries";
import { grantStates, type Tier } from "#lib/tiers/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { DataTable } from "../data-table/data-table.tsx";
import { FilterBar } from "../data-table/filter-bar.tsx";
import { FilteredEmpty } from "../data-table/filtered-empty.tsx";
import { pushed, replaced } from "../data-table/history.ts";
import { neighbours } from "../data-table/neighbours.ts";
import { ListTools } from "../shell/list-tools.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { rewardText, thresholdText } from "./tier-words.ts";
import classes from "./tiers.module.css";
import { useGrantColumns } from "./use-grant-columns.tsx";

const GrantSheet = dynamic(() => import("./grant-sheet.tsx").then((module) => module.GrantSheet), {
  ssr: false,
});
const TierForm = dynamic(() => import("./tier-form.tsx").then((module) => module.TierForm), { ssr: false });
const REFRESH_MS = 15_000;

/** Discount tiers, who holds them and which offers wait; a row opens to the figures behind it. */
export function TiersView() {
  const t = useTranslations("tiers");
  const mayWrite = useCan("tiers.write");
  const [params, setParams] = useQueryStates(
    {
      state: parseAsStringLiteral(grantStates),
      row: parseAsString,
      edit: parseAsString,
      create: parseAsBoolean,
    },
    pushed,
  );
  const { state, row } = params;
  const tiers = useInfiniteQuery(tiersQuery());
  const query = tierGrantsQuery({ state });
  const pages = useInfiniteQuery({ ...query, refetchInterval: REFRESH_MS });
  const columns = useGrantColumns();
  const all = tiers.data?.pages.flatMap((page) => page.items) ?? [];
  const grants = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const edited = useEdited<Tier>(
    params.edit === null ? null : `/api/tiers/${encodeURIComponent(params.edit)}`,
  );
  const clear = () => void setParams({ state: null });
  const options = grantStates.map((value) => ({ value, label: t(`states.${value}`) }));
  return (
    <>
      <PageHeader title={t("title")}>
        {mayWrite && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => void setParams({ create: true })}>
            {t("createTitle")}
          </Button>
        )}
      </PageHeader>
      {tiers.error !== null && all.length === 0 && (
        <ErrorState error={tiers.error} onRetry={() => void tiers.refetch()} />
      )}
      <ul className={`${classes.tiers} ${classes.inset}`}>
        {all.map((tier) => (
          <TierRow
            key={tier.id}
            tier={tier}
            onEdit={mayWrite ? () => void setParams({ edit: tier.id }) : undefined}
          />
        ))}
      </ul>
      <h2 className={`${classes.heading} ${classes.inset}`}>{t("grants")}</h2>
      <FilterBar
        specs={[{ key: "state", label: t("state"), input: { kind: "choice", options } }]}
        values={{ state }}
        onChange={(key, value) => void setParams({ [key]: value })}
        onClear={clear}
        aside={<ListTools name="tier-grants" columns={columns} queryKey={query.queryKey} />}
      />
      <DataTable
        label={t("grants")}
        name="tier-grants"
        columns={columns}
        pages={pages}
        rowId={(grant) => grant.id}
        onOpen={(grant) => void setParams({ row: grant.id })}
        openId={row}
        empty={
          state === null ? (
            <EmptyState icon={IconDiscount2} title={t("emptyTitle")}>
              {t("emptyText")}
            </EmptyState>
          ) : (
            <FilteredEmpty onClear={clear} />
          )
        }
      />
      {row !== null && (
        <GrantSheet
          key={row}
          id={row}
          onClose={() => void setParams({ row: null })}
          {...neighbours(
            grants,
            row,
            (grant) => grant.id,
            (id) => void setParams({ row: id }, replaced),
          )}
        />
      )}
      {params.create === true && <TierForm tier={null} onClose={() => void setParams({ create: null })} />}
      {edited.data !== undefined && (
        <TierForm
          key={params.edit}
          tier={edited.data.value}
          etag={edited.data.etag}
          onClose={() => void setParams({ edit: null })}
        />
      )}
    </>
  );
}

function TierRow({ tier, onEdit }: { tier: Tier; onEdit: (() => void) | undefined }) {
  const t = useTranslations("tiers");
  return (
    <li className={classes.tier}>
      <div className={classes.words}>
        <strong className={classes.name}>{tier.name}</strong>
        <span>{thresholdText(tier, t)}</span>
        <span className={classes.dim}>
          {rewardText(tier, t)} · {t(`durations.${tier.duration}`)} · {t(`policies.${tier.policy}`)}
        </span>
      </div>
      <div className={classes.aside}>
        {!tier.isActive && <StateBadge tone="idle">{t("inactive")}</StateBadge>}
        {tier.offers > 0 && <StateBadge tone="warn">{t("offersWaiting", { count: tier.offers })}</StateBadge>}
        <span className={classes.dim}>{t("holders", { count: tier.holders })}</span>
        {onEdit !== undefined && (
          <Button
            variant="default"
            size="xs"
            onClick={onEdit}
            aria-label={t("editTitle", { name: tier.name })}
          >
            {t("edit")}
          </Button>
        )}
      </div>
    </li>
  );
}
