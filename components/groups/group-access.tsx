import { useTranslations } from "next-intl";
import type { Group } from "#lib/groups/schema";
import { StateBadge } from "../common/state-badge.tsx";

/** Whether a line's models are open to all on it, or activated per account. */
export function GroupAccess({ group }: { group: Pick<Group, "access"> }) {
  const t = useTranslations("groups");
  if (group.access === "open") return <StateBadge tone="ok">{t("accesses.open")}</StateBadge>;
  return <StateBadge tone="idle">{t("accesses.granted")}</StateBadge>;
}
