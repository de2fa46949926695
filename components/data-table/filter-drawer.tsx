"use client";

import { Button, Drawer } from "@mantine/core";
import { useTranslations } from "next-intl";
import classes from "./filter-bar.module.css";
import { FilterEditor } from "./filter-editor.tsx";
import type { FilterSpec, FilterValues } from "./filter-types.ts";

type Props = {
  specs: readonly FilterSpec[];
  values: FilterValues;
  onChange: (key: string, value: string | null) => void;
  onClear: () => void;
  onClose: () => void;
};

/** All filters of a list on a phone, one below the other, with what is in force. */
export function FilterDrawer({ specs, values, onChange, onClear, onClose }: Props) {
  const t = useTranslations("filters");
  const close = useTranslations("common")("close");
  return (
    <Drawer
      opened
      onClose={onClose}
      title={t("drawer")}
      position="bottom"
      size="85%"
      closeButtonProps={{ "aria-label": close }}
    >
      <div className={classes.drawer}>
        {specs.map((spec) => {
          const value = values[spec.key];
          const inForce = typeof value === "string" ? value : null;
          return (
            <section key={`${spec.key}-${inForce}`} aria-label={spec.label}>
              <FilterEditor
                spec={spec}
                value={inForce}
                onApply={(next) => onChange(spec.key, next)}
                isOneOfMany
              />
              {inForce !== null && (
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  onClick={() => onChange(spec.key, null)}
                >
                  {t("remove", { name: spec.label })}
                </Button>
              )}
            </section>
          );
        })}
      </div>
      <div className={classes.drawerFoot}>
        <Button variant="default" onClick={onClear}>
          {t("clear")}
        </Button>
        <Button onClick={onClose}>{t("done")}</Button>
      </div>
    </Drawer>
  );
}
