"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { claimsQuery } from "#lib/api/queries";
import { Ago } from "../common/ago.tsx";
import { Paid } from "./paid.tsx";
import classes from "./recharges.module.css";

const ClaimDrawer = dynamic(() => import("./claim-drawer.tsx").then((module) => module.ClaimDrawer), {
  ssr: false,
});

/** Claims that wait, above all orders; nothing where none does. */
export function WaitingClaims() {
  const t = useTranslations("recharges");
  const [open, setOpen] = useState<string | null>(null);
  const { data } = useInfiniteQuery({ ...claimsQuery({ state: "waiting" }), refetchInterval: 15_000 });
  const claims = data?.pages.flatMap((page) => page.items) ?? [];
  const chosen = claims.find(({ id }) => id === open);
  if (claims.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={t("claimsWaiting")}>
      <h2>{t("claimsWaiting")}</h2>
      <table className={classes.table}>
        <tbody>
          {claims.map((claim) => (
            <tr key={claim.id}>
              <td>{claim.accountName}</td>
              <td>{claim.orderNo}</td>
              <td data-right className={classes.wide}>
                {claim.amount !== null && claim.currency !== null && (
                  <Paid amount={claim.amount} currency={claim.currency} />
                )}
              </td>
              <td data-right className={classes.wide}>
                <Ago at={claim.createdAt} />
              </td>
              <td data-right>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={t("openClaim", { orderNo: claim.orderNo })}
                  onClick={() => setOpen(claim.id)}
                >
                  {t("decide")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {chosen !== undefined && <ClaimDrawer key={chosen.id} claim={chosen} onClose={() => setOpen(null)} />}
    </section>
  );
}
