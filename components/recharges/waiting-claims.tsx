"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { claimsQuery } from "#lib/api/queries";
import { WaitingList } from "./waiting-list.tsx";

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
  return (
    <WaitingList
      title={t("claimsWaiting")}
      rows={claims}
      action={t("decide")}
      actionOn={({ orderNo }) => t("openClaim", { orderNo })}
      onAct={setOpen}
    >
      {chosen !== undefined && <ClaimDrawer key={chosen.id} claim={chosen} onClose={() => setOpen(null)} />}
    </WaitingList>
  );
}
