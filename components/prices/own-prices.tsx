"use client";

import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { ownPricesQuery } from "#lib/api/queries";
import type { OwnPrices as Own, OwnPrice } from "#lib/pricing/own-prices-schema";
import { Ago } from "../common/ago.tsx";
import { Drift } from "../common/drift.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { MultiplierCell } from "../common/multiplier-cell.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEdited } from "../shell/use-edited.ts";
import classes from "./own-prices.module.css";
import { PriceFigure } from "./price-figure.tsx";

const OwnPriceForm = dynamic(() => import("./own-price-form.tsx").then((module) => module.OwnPriceForm), {
  ssr: false,
});
const SureDialog = dynamic(() => import("../common/sure-dialog.tsx").then((module) => module.SureDialog), {
  ssr: false,
});

/** What an account pays otherwise than all others, model by model; each change is a price version of its own. */
export function OwnPrices({ accountId }: { accountId: string }) {
  const t = useTranslations("ownPrices");
  const mayWrite = useCan("prices.write");
  const [edited, setEdited] = useState<OwnPrice | "new" | null>(null);
  const [ended, setEnded] = useState<OwnPrice | null>(null);
  const { data, error, refetch } = useQuery({
    ...ownPricesQuery(accountId),
    // What was just published takes effect before one's eyes.
    refetchInterval: ({ state }) => (state.data?.items.some(takesEffectSoon) ? 1_500 : false),
  });
  const queryClient = useQueryClient();
  const show = (answer: Own) => queryClient.setQueryData(ownPricesQuery(accountId).queryKey, answer);
  const items = data?.items ?? [];
  const add = mayWrite && (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconPlus size={14} />}
      onClick={() => setEdited("new")}
    >
      {t("add")}
    </Button>
  );
  return (
    <SheetSection title={t("title")} aside={add}>
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data?.discount != null && <p className={classes.note}>{t("discount", { percent: data.discount })}</p>}
      {data !== undefined && items.length === 0 && <p className={classes.note}>{t("none")}</p>}
      {items.length > 0 && <Table {...{ items, mayWrite }} onEdit={setEdited} onEnd={setEnded} />}
      {edited !== null && (
        <OwnPriceForm
          accountId={accountId}
          edited={edited === "new" ? null : edited.model}
          onSaved={show}
          onClose={() => setEdited(null)}
        />
      )}
      {ended !== null && (
        <End accountId={accountId} own={ended} onSaved={show} onClose={() => setEnded(null)} />
      )}
    </SheetSection>
  );
}

type EndProps = {
  accountId: string;
  own: OwnPrice;
  onSaved: (answer: Own) => void;
  onClose: () => void;
};

/** Leads back to the list's price, which the account is told by mail. */
function End({ accountId, own: { model }, onSaved, onClose }: EndProps) {
  const t = useTranslations("ownPrices");
  const path = `/api/accounts/${accountId}/prices`;
  const { data } = useEdited<Own>(path);
  // Whoever was told of another change and confirms again means what stands by then.
  const [told, setTold] = useState<string | null>(null);
  const end = useApiMutation<null, Own>({
    send: () => ({
      method: "PUT",
      path,
      body: { model, withdrawn: true },
      ifMatch: told ?? data?.etag ?? null,
    }),
    invalidates: ["/api/accounts", "/api/prices"],
    onSaved: (answer) => {
      notifications.show({ color: "green", message: t("published") });
      onSaved(answer);
      onClose();
    },
  });
  return (
    <SureDialog
      title={t("endTitle", { model })}
      text={t("endText")}
      action={t("end")}
      isBusy={end.isPending || data === undefined}
      error={end.error?.message ?? null}
      onConfirm={() => end.mutate(null, { onError: ({ etag }) => setTold(etag) })}
      onClose={onClose}
    />
  );
}

type TableProps = {
  items: readonly OwnPrice[];
  mayWrite: boolean;
  onEdit: (own: OwnPrice) => void;
  onEnd: (own: OwnPrice) => void;
};

function Table({ items, mayWrite, onEdit, onEnd }: TableProps) {
  const t = useTranslations("ownPrices");
  return (
    <table className={classes.table} aria-label={t("title")}>
      <thead>
        <tr>
          <th>{t("model")}</th>
          <th data-right>{t("input")}</th>
          <th data-right>{t("output")}</th>
          <th data-right>{t("list")}</th>
          <th data-right>{t("drift")}</th>
          <th>{t("since")}</th>
          {mayWrite && <th aria-label={t("actions")} />}
        </tr>
      </thead>
      <tbody>
        {items.map((own) => (
          <Row
            key={own.model}
            own={own}
            actions={mayWrite && <Actions own={own} onEdit={() => onEdit(own)} onEnd={() => onEnd(own)} />}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ own, actions }: { own: OwnPrice; actions: ReactNode }) {
  const t = useTranslations("ownPrices");
  const { model, vendor, price, multipliers, list, ofOfficial, outside, reason, effectiveAt, upcoming } = own;
  const [coming] = upcoming;
  const shown = price ?? coming?.price ?? null;
  const [first = "input", second] = pairOf(shown ?? list ?? {});
  return (
    <tr>
      <td>
        <span className={classes.model}>{model}</span> <span className={classes.dim}>{vendor}</span>
        {reason !== null && reason !== "" && <span className={classes.line}>{reason}</span>}
      </td>
      <td data-right data-label={t("input")}>
        <Figure usd={price?.[first]} multiplier={first === "input" ? multipliers?.model : undefined} />
      </td>
      <td data-right data-label={t("output")}>
        <Figure
          usd={second === undefined ? undefined : price?.[second]}
          multiplier={second === "output" ? multipliers?.completion : undefined}
        />
      </td>
      <td data-right data-label={t("list")} className={classes.dim}>
        <PriceFigure usd={list?.[first]} /> · <PriceFigure usd={second && list?.[second]} />
      </td>
      <td data-right data-label={t("drift")}>
        <Drift value={ofOfficial} />
        {outside && <span className={classes.warn}>{t("outside")}</span>}
      </td>
      <td data-label={t("since")}>
        {effectiveAt === null ? <span className={classes.dim}>{t("notYet")}</span> : <Ago at={effectiveAt} />}
        {coming !== undefined && (
          <Link className={classes.next} href={`/models/versions/${coming.priceVersionId}`}>
            {coming.price === null ? t("endsSoon") : t("nextSoon")} <Ago at={coming.effectiveAt} />
          </Link>
        )}
      </td>
      {actions !== false && (
        <td data-right data-actions>
          {actions}
        </td>
      )}
    </tr>
  );
}

function Actions({ own, onEdit, onEnd }: { own: OwnPrice; onEdit: () => void; onEnd: () => void }) {
  const t = useTranslations("ownPrices");
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap">
      <Button
        variant="subtle"
        size="compact-xs"
        onClick={onEdit}
        aria-label={t("editOf", { model: own.model })}
      >
        {t("edit")}
      </Button>
      <Button
        variant="subtle"
        size="compact-xs"
        c="var(--tg-bad)"
        onClick={onEnd}
        aria-label={t("endOf", { model: own.model })}
      >
        {t("endShort")}
      </Button>
    </Group>
  );
}

function Figure({ usd, multiplier }: { usd: string | undefined; multiplier: string | undefined }) {
  if (usd === undefined) return <span className={classes.dim}>–</span>;
  return (
    <>
      <PriceFigure usd={usd} />
      {multiplier !== undefined && (
        <span className={classes.line}>
          <MultiplierCell value={multiplier} />
        </span>
      )}
    </>
  );
}

const SOON_MS = 60_000;

function takesEffectSoon({ upcoming: [next] }: OwnPrice): boolean {
  return next !== undefined && Date.parse(next.effectiveAt) < Date.now() + SOON_MS;
}

/** Input and output where a model is sold by the token, else what it is sold by. */
function pairOf(prices: Readonly<Record<string, string>>): string[] {
  const units = Object.keys(prices);
  const usual = ["input", "output"].filter((unit) => units.includes(unit));
  return usual.length > 0 ? usual : units.slice(0, 2);
}
