"use client";

import { Button, TextInput } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Tagged } from "#lib/api/client";
import { type PriceUnit, priceUnits } from "#lib/pricing/units";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";
import { type DraftValues, draftValueText, entryOfValue, valuesOfEntries } from "./draft-values.ts";
import classes from "./prices.module.css";
import { type EditedRow, toEntry, toOtherEntry, type usePriceEdits } from "./use-price-edits.ts";

const PublishDialog = dynamic(() => import("./publish-dialog.tsx").then((module) => module.PublishDialog), {
  ssr: false,
});

type Props = {
  /** The draft that is edited, as it was read; null makes one. */
  draft: Tagged<PriceVersionDetail> | null;
  rows: readonly EditedRow[];
  edits: ReturnType<typeof usePriceEdits>;
};

/** What waits at the bottom: how many prices differ, which of them still need a reason, and where to go from here. */
export function DraftBar({ draft, rows, edits }: Props) {
  const t = useTranslations("prices");
  const router = useRouter();
  const [publishing, setPublishing] = useState<{ id: string; isScheduled: boolean } | null>(null);
  const conflict = useEditConflict<DraftValues>({
    base: edits.values,
    etag: draft?.etag ?? null,
    formOf: ({ entries }: PriceVersionDetail) =>
      valuesOfEntries(entries, {
        ...valuesOfEntries(draft?.value.entries ?? [], {}),
        ...edits.values,
      }),
    labels: {},
    getValues: () => edits.values,
    setValues: edits.setValues,
    textOf: useDraftText(),
  });
  const save = useApiMutation<readonly EditedRow[], PriceVersionDetail>({
    send: (changed) => {
      const shown = new Set(changed.map(({ model }) => model.id));
      // A filter hides models of the draft; saving it leaves none of them out.
      const hidden = Object.entries(edits.values).flatMap(([model, value]) =>
        value == null || shown.has(model) ? [] : [entryOfValue(model, value)],
      );
      const body = { entries: [...changed.map(toEntry), ...hidden, ...edits.others.map(toOtherEntry)] };
      if (draft === null) return { method: "POST", path: "/api/prices/versions", body };
      const path = `/api/prices/versions/${draft.value.id}`;
      return { method: "PATCH", path, body, ifMatch: conflict.etag };
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
  const saved = (then: (version: PriceVersionDetail) => void) =>
    save.mutate(rows, {
      onSuccess: then,
      onError: (problem) => {
        // Entries replace all that the draft names: what the grid does not show follows it, too.
        if (conflict.take(problem)) edits.followOthers((problem.current as PriceVersionDetail).entries);
      },
    });
  const publish = (isScheduled: boolean) => saved(({ id }) => setPublishing({ id, isScheduled }));
  return (
    <section className={classes.bar} aria-label={t("draft")}>
      {conflict.notice && <div className={classes.barNotice}>{conflict.notice}</div>}
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
      {save.error !== null && save.error.code !== "stale" && (
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

function useDraftText() {
  const t = useTranslations("prices");
  const names = {
    units: Object.fromEntries(priceUnits.map((unit) => [unit, t(`units.${unit}`)])) as Record<
      PriceUnit,
      string
    >,
    conditions: {
      tiers: t("conditions.tiers"),
      hours: t("conditions.hours"),
      images: t("conditions.images"),
    },
  };
  return (_: string, value: unknown) => draftValueText(value as DraftValues[string], names);
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
