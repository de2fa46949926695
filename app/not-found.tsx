import { IconMapOff } from "@tabler/icons-react";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/common/empty-state";

export default async function NotFound() {
  const t = await getTranslations("errors");
  return (
    <main>
      <EmptyState
        icon={IconMapOff}
        titleAs="h1"
        title={t("notFound")}
        action={<Link href="/">{t("home")}</Link>}
      >
        {t("notFoundText")}
      </EmptyState>
    </main>
  );
}
