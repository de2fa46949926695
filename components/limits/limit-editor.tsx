"use client";

import { Button, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconGauge, IconSearch } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import type { LimitAnswer } from "#lib/limits/schema";
import { EmptyState } from "../common/empty-state.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { replaced } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { BulkEditButton } from "./bulk-edit.tsx";
import { CellBar } from "./cell-bar.tsx";
import { cellKey, changesOf, type GridScope } from "./limit-edits.ts";
import { LimitGrid, type Place } from "./limit-grid.tsx";
import { useLimitParams } from "./limit-params.ts";
import classes from "./limits.module.css";
import { ScopePicker } from "./scope-picker.tsx";
import { useLimitGrid } from "./use-limit-grid.ts";

const ReviewDialog = dynamic(() => import("./review-dialog.tsx").then((module) => module.ReviewDialog), {
  ssr: false,
});

/** The limits of one scope as a grid that is edited like a sheet; saved after a look at what changes. */
export function LimitEditor() {
  const t = useTranslations("limits");
  const [params, setParams] = useLimitParams();
  const scope = useMemo<GridScope>(
    () => ({ scope: params.scope, id: params.scopeId }),
    [params.scope, params.scopeId],
  );
  const isChosen = scope.scope === "default" || scope.id !== null;
  return (
    <>
      <div className={classes.toolbar}>
        <ScopeOf scope={scope} onChange={(next, id) => void setParams({ scope: next, scopeId: id })} />
      </div>
      {isChosen ? (
        // Drafts belong to one scope: another one starts without.
        <ScopeGrid key={`${scope.scope} ${scope.id}`} scope={scope} />
      ) : (
        <EmptyState icon={IconGauge} title={t("chooseFirst")}>
          {t("chooseFirstText")}
        </EmptyState>
      )}
    </>
  );
}

function ScopeOf({
  scope,
  onChange,
}: {
  scope: GridScope;
  onChange: (scope: GridScope["scope"], id: string | null) => void;
}) {
  const { limits } = useLimitGrid(scope, { q: null, all: false });
  const name = limits.find((limit) => limit.scopeId === scope.id)?.scopeName ?? null;
  return <ScopePicker scope={scope.scope} id={scope.id} name={name} onChange={onChange} />;
}

function ScopeGrid({ scope }: { scope: GridScope }) {
  const t = useTranslations("limits");
  const [{ q, all }, setParams] = useLimitParams();
  const mayWrite = useCan("limits.write");
  const grid = useLimitGrid(scope, { q, all });
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const [isReviewing, setReviewing] = useState(false);
  const beside = useBeside(grid.limits, scope);
  if (!grid.isLoaded && grid.query.error !== null)
    return <ErrorState error={grid.query.error} onRetry={() => void grid.query.refetch()} />;
  const onPasted = (unread: readonly string[]) => {
    if (unread.length === 0) return;
    const shown = unread.slice(0, 3).join(", ");
    notifications.show({ color: "red", message: t("pasteUnread", { count: unread.length, shown }) });
  };
  return (
    <>
      <div className={classes.toolbar}>
        <TextInput
          aria-label={t("searchModel")}
          placeholder={t("searchModel")}
          leftSection={<IconSearch size={15} />}
          value={q ?? ""}
          onChange={({ currentTarget }) => void setParams({ q: currentTarget.value || null }, replaced)}
          w={220}
        />
        <Switch
          label={t("onlyLimited")}
          checked={!all}
          onChange={({ currentTarget }) => void setParams({ all: currentTarget.checked ? null : true })}
        />
        <span className={classes.spacer} />
        {mayWrite && <span className={classes.keys}>{t("keysHelp")}</span>}
        {mayWrite && <BulkEditButton grid={grid} />}
      </div>
      <LimitGrid
        grid={grid}
        label={t("gridLabel")}
        mayWrite={mayWrite}
        place={place}
        onMove={setPlace}
        beside={beside}
        onPasted={onPasted}
      />
      <CellBar grid={grid} scope={scope} place={place} mayWrite={mayWrite} />
      {grid.drafts.size > 0 && (
        <div className={classes.draftBar} role="status">
          <span>{t("drafts", { count: grid.drafts.size })}</span>
          <span className={classes.spacer} />
          <Button variant="default" onClick={grid.undo}>
            {t("undo")}
          </Button>
          <Button variant="default" onClick={grid.discard}>
            {t("discard")}
          </Button>
          <Button onClick={() => setReviewing(true)}>{t("previewSave")}</Button>
        </div>
      )}
      {isReviewing && (
        <ReviewDialog
          changes={changesOf(grid.drafts, grid.standing, scope)}
          onClose={() => setReviewing(false)}
          onSaved={() => {
            setReviewing(false);
            grid.discard();
          }}
        />
      )}
    </>
  );
}

/** What stands beside a cell: the default where it is empty, and how many have a limit of their own. */
function useBeside(limits: readonly LimitAnswer[], { scope }: GridScope) {
  return useMemo(() => {
    const fallbacks = new Map<string, number>();
    const overrides = new Map<string, number>();
    for (const limit of limits) {
      const key = cellKey(limit, limit.metric);
      if (limit.scope === "default") fallbacks.set(key, limit.value);
      else overrides.set(key, (overrides.get(key) ?? 0) + 1);
    }
    return (key: string) => ({
      fallback: scope === "default" ? null : (fallbacks.get(key) ?? null),
      overrides: scope === "default" ? (overrides.get(key) ?? 0) : 0,
    });
  }, [limits, scope]);
}
