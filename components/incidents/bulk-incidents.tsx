"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { BulkIncidents as Body } from "#lib/incidents/schema";
import { BulkBar } from "../data-table/bulk-bar.tsx";
import type { Selection } from "../data-table/selection.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Answer = { done: number; left: { id: string; message: string }[] };
const actions = ["suspend-key", "resolve", "dismiss"] as const;

/** What can be done with all chosen incidents; those where it cannot be done are told. */
export function BulkIncidents({ ids, onChange }: Selection) {
  const t = useTranslations("incidents");
  const change = useApiMutation<Body, Answer>({
    send: (body) => ({ method: "PATCH", path: "/api/incidents", body }),
    invalidates: ["/api/incidents", "/api/keys"],
    onSaved: ({ done, left }) => {
      onChange(new Set(left.map(({ id }) => id)));
      notifications.show({ message: t("bulkDone", { done, left: left.length }) });
    },
  });
  return (
    <BulkBar count={ids.size} onLetGo={() => onChange(new Set())}>
      {actions.map((action) => (
        <Button
          key={action}
          variant="default"
          size="compact-sm"
          disabled={change.isPending}
          onClick={() => change.mutate({ ids: [...ids], action })}
        >
          {t(`bulk.${action}`)}
        </Button>
      ))}
      {change.error !== null && <span role="alert">{change.error.message}</span>}
    </BulkBar>
  );
}
