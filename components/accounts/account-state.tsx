"use client";

import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { StateBadge } from "../common/state-badge.tsx";

/** Suspended, in debt or out of money (calls are refused), or active. */
export function AccountState({ account }: { account: Account }) {
  const t = useTranslations("accounts.states");
  if (account.status === "suspended") return <StateBadge tone="idle">{t("suspended")}</StateBadge>;
  if (account.balance.startsWith("-")) return <StateBadge tone="bad">{t("inDebt")}</StateBadge>;
  if (Number(account.available) <= 0) return <StateBadge tone="warn">{t("noMoney")}</StateBadge>;
  return <StateBadge tone="ok">{t("active")}</StateBadge>;
}
