"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { rechargesQuery } from "#lib/api/queries";
import type { Recharge } from "#lib/recharges/schema";
import { Ago } from "../common/ago.tsx";
import { Paid } from "./paid.tsx";
import classes from "./recharges.module.css";

/** Orders that ask for a person, above all orders: in review, stuck, or with a refund that failed. Nothing where none does. */
export function WaitingOrders({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useTranslations("recharges");
  const { data, hasNextPage } = useInfiniteQuery({
    ...rechargesQuery({ waiting: "true" }),
    refetchInterval: 15_000,
  });
  const orders = data?.pages.flatMap((page) => page.items) ?? [];
  if (orders.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={t("ordersWaiting")}>
      <h2>{t("ordersWaiting")}</h2>
      <table className={classes.table}>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <td>{order.accountName}</td>
              <td>{order.orderNo}</td>
              <td className={classes.wide}>
                <Why order={order} />
              </td>
              <td data-right className={classes.wide}>
                <Paid amount={order.amount} currency={order.currency} />
              </td>
              <td data-right className={classes.wide}>
                <Ago at={order.createdAt} />
              </td>
              <td data-right>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={t("openOrder", { orderNo: order.orderNo })}
                  onClick={() => onOpen(order.id)}
                >
                  {t("look")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasNextPage && (
        <Link href="/recharges?waiting=true" className={classes.link}>
          {t("allWaiting")}
        </Link>
      )}
    </section>
  );
}

/** What an order waits for, in one line. */
function Why({ order: { status, reason } }: { order: Recharge }) {
  const t = useTranslations("recharges");
  if (status !== "pending" && status !== "review") return t("refundFailed");
  if (reason !== null) return t(`reasons.${reason}`);
  return t(status === "review" ? "statuses.review" : "stuck");
}
