import { useTranslations } from "next-intl";
import type { Recharge } from "#lib/recharges/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";

const tones: Record<Recharge["status"], Tone> = {
  pending: "warn",
  credited: "ok",
  review: "warn",
  rejected: "bad",
  refunded: "idle",
  expired: "idle",
};

/** Where an order stands. */
export function RechargeState({ status }: { status: Recharge["status"] }) {
  const t = useTranslations("recharges.statuses");
  return <StateBadge tone={tones[status]}>{t(status)}</StateBadge>;
}
