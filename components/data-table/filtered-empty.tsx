"use client";

import { Button } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { EmptyState } from "../common/empty-state.tsx";

/** Rows may exist, but none that the filters let through. */
export function FilteredEmpty({ onClear }: { onClear: () => void }) {
  const t = useTranslations("filters");
  return (
    <EmptyState
      icon={IconFilterOff}
      title={t("emptyTitle")}
      action={
        <Button variant="default" onClick={onClear}>
          {t("clear")}
        </Button>
      }
    >
      {t("emptyText")}
    </EmptyState>
  );
}
