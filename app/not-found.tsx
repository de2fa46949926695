import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
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
        action={
          <Button component="a" href="/" variant="default">
            {t("home")}
          </Button>
        }
      >
        {t("notFoundText")}
      </EmptyState>
    </main>
  );
}
