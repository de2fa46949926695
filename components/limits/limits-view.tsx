"use client";

import { Tabs } from "@mantine/core";
import { useTranslations } from "next-intl";
import { PageHeader } from "../shell/page-header.tsx";
import { AppliedPanel } from "./applied-panel.tsx";
import { LimitEditor } from "./limit-editor.tsx";
import { limitViews, useLimitParams } from "./limit-params.ts";
import classes from "./limits.module.css";
import { OverridesTable } from "./overrides-table.tsx";
import { RefusedPanel } from "./refused-panel.tsx";

/** What may pass: the limits as they are set, which apply to whom, and who runs into them. */
export function LimitsView() {
  const t = useTranslations("limits");
  const [{ view }, setParams] = useLimitParams();
  return (
    <>
      <PageHeader title={t("title")} />
      <Tabs
        value={view}
        onChange={(next) => void setParams({ view: limitViews.find((each) => each === next) ?? null })}
        className={classes.tabs}
      >
        <Tabs.List className={classes.tabList}>
          {limitViews.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`views.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="grid" className={classes.panel}>
          {view === "grid" && <LimitEditor />}
        </Tabs.Panel>
        <Tabs.Panel value="overrides" className={classes.panel}>
          {view === "overrides" && <OverridesTable />}
        </Tabs.Panel>
        <Tabs.Panel value="applied" className={classes.panel}>
          {view === "applied" && <AppliedPanel />}
        </Tabs.Panel>
        <Tabs.Panel value="refused" className={classes.panel}>
          {view === "refused" && <RefusedPanel />}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
