"use client";

import { SegmentedControl } from "@mantine/core";
import { useTranslations } from "next-intl";
import { SearchSelect } from "../common/search-select.tsx";
import type { FilterOption } from "../data-table/filter-types.ts";
import { findAccounts, findChannels, findGroups, findKeys } from "../shell/find-options.ts";
import type { GridScope } from "./limit-edits.ts";
import { gridScopes } from "./limit-params.ts";
import classes from "./limits.module.css";

type Named = Exclude<GridScope["scope"], "default">;

const finders: Record<Named, (text: string) => Promise<FilterOption[]>> = {
  group: () => findGroups(),
  account: findAccounts,
  key: findKeys,
  channel: findChannels,
};

type Props = {
  scope: GridScope["scope"];
  id: string | null;
  /** Names of what has limits already, so that the chosen one is shown before it is looked up. */
  name: string | null;
  onChange: (scope: GridScope["scope"], id: string | null) => void;
};

/** Whose limits: the defaults, or those of one group, account, key or channel. */
export function ScopePicker({ scope, id, name, onChange }: Props) {
  const t = useTranslations("limits");
  return (
    <div className={classes.scope}>
      <SegmentedControl
        aria-label={t("scope")}
        value={scope}
        onChange={(value) => onChange(gridScopes.find((each) => each === value) ?? "default", null)}
        data={gridScopes.map((value) => ({ value, label: t(`scopes.${value}`) }))}
      />
      {scope !== "default" && (
        <SearchSelect
          aria-label={t(`choose.${scope}`)}
          placeholder={t(`choose.${scope}`)}
          cacheName={`limit-${scope}`}
          load={finders[scope]}
          value={id}
          onChange={(chosen) => onChange(scope, chosen)}
          w={260}
          {...(id === null ? {} : { known: { value: id, label: name ?? id } })}
        />
      )}
    </div>
  );
}
