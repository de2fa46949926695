"use client";

import { IconMoodSad } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "#components/common/empty-state";
import { PlainButton } from "#components/common/plain-button";

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
        action={<PlainButton onClick={reset}>{t("again")}</PlainButton>}
      >
        <p>{t("unexpectedText")}</p>
        {error.digest !== undefined && <code>{error.digest}</code>}
      </EmptyState>
    </main>
  );
}
