"use client";

import { Button } from "@mantine/core";
import { IconMoodSad } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "#components/common/empty-state";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations("errors");
  return (
    <main role="alert">
      <EmptyState
        icon={IconMoodSad}
        titleAs="h1"
        title={t("unexpected")}
        action={<Button onClick={reset}>{t("again")}</Button>}
      >
        <p>{t("unexpectedText")}</p>
        {error.digest !== undefined && <code>{error.digest}</code>}
      </EmptyState>
    </main>
  );
}
