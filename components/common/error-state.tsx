"use client";

import { Button } from "@mantine/core";
import { IconPlugConnectedX, IconRefresh } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "./empty-state.tsx";
import { Id } from "./id.tsx";

/** A failed load: what the server said, its request id for support, and another try. */
export function ErrorState({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useTranslations("common");
  const requestId = "requestId" in error && typeof error.requestId === "string" ? error.requestId : null;
  return (
    <div role="alert">
      <EmptyState
        icon={IconPlugConnectedX}
        title={t("loadFailed")}
        action={
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            {t("tryAgain")}
          </Button>
        }
      >
        <p>{error.message}</p>
        {requestId !== null && (
          <p>
            {t("requestId")} <Id value={requestId} full />
          </p>
        )}
      </EmptyState>
    </div>
  );
}
