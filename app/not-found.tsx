import { IconMapOff } from "@tabler/icons-react";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/common/empty-state";
import { PlainLink } from "#components/common/plain-button";

export default async function NotFound() {
  const t = await getTranslations("errors");
  return (
    <main>
      <EmptyState
        icon={IconMapOff}
        titleAs="h1"
        title={t("notFound")}
        action={<PlainLink href="/">{t("home")}</PlainLink>}
      >
        {t("notFoundText")}
      </EmptyState>
    </main>
  );
}
