"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { rechargesQuery } from "#lib/api/queries";
import type { Recharge } from "#lib/recharges/schema";
import classes from "./recharges.module.css";
import { WaitingList } from "./waiting-list.tsx";

/** Orders that ask for a person, above all orders: in review, stuck, or with a refund that failed. Nothing where none does. */
export function WaitingOrders({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useTranslations("recharges");
  const { data, hasNextPage } = useInfiniteQuery({
    ...rechargesQuery({ waiting: "true" }),
    refetchInterval: 15_000,
  });
  return (
    <WaitingList
      title={t("ordersWaiting")}
      rows={data?.pages.flatMap((page) => page.items) ?? []}
      why={(order) => <Why order={order} />}
      action={t("look")}
      actionOn={({ orderNo }) => t("openOrder", { orderNo })}
      onAct={onOpen}
    >
      {hasNextPage && (
        <Link href="/recharges?waiting=true" className={classes.link}>
          {t("allWaiting")}
        </Link>
      )}
    </WaitingList>
  );
}

/** What an order waits for, in one line. */
function Why({ order: { status, reason } }: { order: Recharge }) {
  const t = useTranslations("recharges");
  if (status !== "pending" && status !== "review") return t("refundFailed");
  if (reason !== null) return t(`reasons.${reason}`);
  return t(status === "review" ? "statuses.review" : "stuck");
}
