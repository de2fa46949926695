"use client";

import { Button, TextInput } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./prices.module.css";
import { type EditedRow, toEntry, toOtherEntry, type usePriceEdits } from "./use-price-edits.ts";

const PublishDialog = dynamic(() => import("./publish-dialog.tsx").then((module) => module.PublishDialog), {
  ssr: false,
});

type Props = { rows: readonly EditedRow[]; edits: ReturnType<typeof usePriceEdits> };

/** What waits at the bottom: how many prices differ, which of them still need a reason, and where to go from here. */
export function DraftBar({ rows, edits }: Props) {
  const t = useTranslations("prices");
  const router = useRouter();
  const [publishing, setPublishing] = useState<{ id: string; isScheduled: boolean } | null>(null);
  const save = useApiMutation<readonly EditedRow[], PriceVersionDetail>({
    send: (changed) => {
      const body = { entries: [...changed.map(toEntry), ...edits.others.map(toOtherEntry)] };
      return edits.draftId === undefined
        ? { method: "POST", path: "/api/prices/versions", body }
        : { method: "PATCH", path: `/api/prices/versions/${edits.draftId}`, body };
    },
    invalidates: ["/api/prices"],
    idempotent: true,
  });
  useWindowEvent("beforeunload", (event) => {
    if (edits.canUndo && edits.changedIds.size > 0) event.preventDefault();
  });
  if (edits.changedIds.size === 0 && !edits.canUndo) return null;
  const unexplained = rows.filter(({ causes, reason }) => causes.length > 0 && reason.trim() === "");
  const isBlocked = unexplained.length > 0;
  const saved = (then: (version: PriceVersionDetail) => void) => save.mutate(rows, { onSuccess: then });
  const publish = (isScheduled: boolean) => saved(({ id }) => setPublishing({ id, isScheduled }));
  return (
    <section className={classes.bar} aria-label={t("draft")}>
      <strong aria-live="polite">{t("changedPrices", { count: edits.changedIds.size })}</strong>
      {isBlocked && (
        <ReasonForAll
          count={unexplained.length}
          onGive={(reason) =>
            edits.typeReason(
              unexplained.map(({ model }) => model.id),
              reason,
            )
          }
        />
      )}
      {save.error !== null && (
        <span role="alert" className={classes.bad}>
          {save.error.message}
        </span>
      )}
      <span className={classes.barActions}>
        <Button variant="subtle" color="gray" onClick={edits.clear}>
          {t("discardEdits")}
        </Button>
        <Button
          variant="default"
          disabled={isBlocked}
          loading={save.isPending}
          onClick={() => saved(({ id }) => router.push(`/models/versions/${id}`))}
        >
          {t("preview")}
        </Button>
        <Button variant="default" disabled={isBlocked} loading={save.isPending} onClick={() => publish(true)}>
          {t("schedule")}
        </Button>
        <Button disabled={isBlocked} loading={save.isPending} onClick={() => publish(false)}>
          {t("publish")}
        </Button>
      </span>
      {publishing !== null && (
        <PublishDialog
          {...publishing}
          onClose={() => {
            setPublishing(null);
            router.push(`/models/versions/${publishing.id}`);
          }}
          onPublished={({ id }) => {
            edits.clear();
            router.push(`/models/versions/${id}`);
          }}
        />
      )}
    </section>
  );
}

function ReasonForAll({ count, onGive }: { count: number; onGive: (reason: string) => void }) {
  const t = useTranslations("prices");
  const [reason, setReason] = useState("");
  return (
    <form
      className={classes.reasons}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onGive(reason.trim());
      }}
    >
      <span className={classes.wanted}>{t("needReason", { count })}</span>
      <TextInput
        size="xs"
        aria-label={t("oneReason")}
        placeholder={t("oneReason")}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <Button size="xs" type="submit" variant="default" disabled={reason.trim() === ""}>
        {t("giveReason")}
      </Button>
    </form>
  );
}
