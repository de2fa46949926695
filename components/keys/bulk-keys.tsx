"use client";

import { Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { BulkKeys as BulkBody, BulkKeysAnswer } from "#lib/keys/rotation-schema";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { BulkBar } from "../data-table/bulk-bar.tsx";
import type { Selection } from "../data-table/selection.ts";
import { undoNotice } from "../shell/offer-notice.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { BulkRotate } from "./bulk-rotate.tsx";
import classes from "./keys.module.css";

type Action = "enable" | "disable" | "delete" | "restore";
const opposite = { enable: "disable", disable: "enable", delete: "restore", restore: "delete" } as const;

/** What can be done with all chosen keys at once, all or none: disable, enable and delete can be undone; rotate. */
export function BulkKeys({ ids, onChange }: Selection) {
  const t = useTranslations("keys");
  const [isDeleting, setDeleting] = useState(false);
  const [isRotating, setRotating] = useState(false);
  const undo = useBulk();
  const change = useBulk((keys, action) => {
    undoNotice({
      id: `bulk-${keys[0]}-${action}`,
      message: t(`bulkDone.${action}`, { count: keys.length }),
      action: t("undo"),
      onUndo: () => undo.mutate({ action: opposite[action], ids: keys }),
    });
    if (action !== "delete") return;
    setDeleting(false);
    onChange(new Set());
  });
  const run = (action: Action) => change.mutate({ action, ids: [...ids] });
  const error = change.error ?? undo.error;
  return (
    <>
      <BulkBar count={ids.size} onLetGo={() => onChange(new Set())}>
        {(["disable", "enable"] as const).map((action) => (
          <Button
            key={action}
            variant="default"
            size="compact-sm"
            disabled={change.isPending}
            onClick={() => run(action)}
          >
            {t(action)}
          </Button>
        ))}
        <Button
          variant="default"
          size="compact-sm"
          disabled={change.isPending}
          onClick={() => setRotating(true)}
        >
          {t("page.rotateSome")}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          c="var(--tg-bad)"
          disabled={change.isPending}
          onClick={() => setDeleting(true)}
        >
          {t("delete")}
        </Button>
        {error !== null && !isDeleting && (
          <span role="alert" className={classes.bulkError}>
            {error.message}
          </span>
        )}
      </BulkBar>
      {isRotating && (
        <BulkRotate
          ids={[...ids]}
          onClose={(isDone) => {
            setRotating(false);
            if (isDone) onChange(new Set());
          }}
        />
      )}
      {isDeleting && (
        <ConfirmDialog
          opened
          title={t("bulkDeleteTitle", { count: ids.size })}
          name={t("bulkDeleteName", { count: ids.size })}
          action={t("bulkDeleteAction", { count: ids.size })}
          isBusy={change.isPending}
          error={change.error?.message ?? null}
          onConfirm={() => run("delete")}
          onClose={() => setDeleting(false)}
        >
          {t("bulkDeleteText")}
        </ConfirmDialog>
      )}
    </>
  );
}

function useBulk(onDone?: (keys: string[], action: Action) => void) {
  return useApiMutation<Exclude<BulkBody, { action: "rotate" }>, BulkKeysAnswer>({
    send: (body) => ({ method: "POST", path: "/api/keys/bulk", body }),
    invalidates: ["/api/keys"],
    idempotent: true,
    ...(onDone === undefined ? {} : { onSaved: (_answer, { ids, action }) => onDone(ids, action) }),
  });
}
