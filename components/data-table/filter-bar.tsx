"use client";

import { Button, TextInput } from "@mantine/core";
import { IconFilter, IconFilterPlus, IconSearch } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import classes from "./filter-bar.module.css";
import { FilterChip } from "./filter-chip.tsx";
import { FilterEditor } from "./filter-editor.tsx";
import { type FilterSpec, type FilterValues, readTypedFilter } from "./filter-types.ts";
import { LazyPopover } from "./lazy-popover.tsx";

const FilterDrawer = dynamic(() => import("./filter-drawer.tsx").then((module) => module.FilterDrawer), {
  ssr: false,
});

type Props = {
  specs: readonly FilterSpec[];
  values: FilterValues;
  onChange: (key: string, value: string | null) => void;
  onClear: () => void;
  /** Stands first: a time range, a search field. */
  children?: ReactNode;
  /** Stands last, at the right. */
  aside?: ReactNode;
  /** Filters may be typed, one at a time; this is the example that the field shows: "status:429". */
  typed?: string;
  /** Stands in that field's place where a list has a language of its own. */
  typedField?: ReactNode;
};

/**
 * The filters in force as removable chips, and the ways to add one: from the menu, or typed as `status:429`. On a phone
 * they stand in a drawer behind one button.
 */
export function FilterBar({ specs, values, onChange, onClear, children, aside, typed, typedField }: Props) {
  const t = useTranslations("filters");
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const active = specs.flatMap((spec) => {
    const value = values[spec.key];
    return typeof value === "string" ? [{ spec, value }] : [];
  });
  return (
    <search className={classes.bar}>
      {children}
      {typed !== undefined && <TypedFilterInput specs={specs} onApply={onChange} example={typed} />}
      {typedField}
      <div className={classes.chips}>
        {active.map(({ spec, value }) => (
          <FilterChip
            key={spec.key}
            spec={spec}
            value={value}
            onChange={(next) => onChange(spec.key, next)}
          />
        ))}
        <AddFilter specs={specs.filter((spec) => typeof values[spec.key] !== "string")} onApply={onChange} />
        {active.length > 1 && (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={onClear}>
            {t("clear")}
          </Button>
        )}
      </div>
      {specs.length > 0 && (
        <Button
          className={classes.drawerButton}
          variant="default"
          leftSection={<IconFilter size={15} />}
          onClick={() => setDrawerOpen(true)}
        >
          {active.length === 0 ? t("drawer") : t("active", { count: active.length })}
        </Button>
      )}
      {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      {isDrawerOpen && (
        <FilterDrawer {...{ specs, values, onChange, onClear }} onClose={() => setDrawerOpen(false)} />
      )}
    </search>
  );
}

type Apply = { specs: readonly FilterSpec[]; onApply: (key: string, value: string) => void };

function AddFilter({ specs, onApply }: Apply) {
  const t = useTranslations("filters");
  const [isOpen, setOpen] = useState(false);
  const [spec, setSpec] = useState<FilterSpec | null>(null);
  const toggle = (open: boolean) => {
    setOpen(open);
    if (open) setSpec(null);
  };
  if (specs.length === 0) return null;
  const isLong = specs.length > 10;
  return (
    <LazyPopover
      opened={isOpen}
      onChange={toggle}
      width={spec === null && !isLong ? 200 : 300}
      padding={spec === null ? 4 : 12}
      target={
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconFilterPlus size={15} />}
          aria-haspopup="dialog"
          onClick={() => toggle(!isOpen)}
        >
          {t("add")}
        </Button>
      }
    >
      {spec === null ? (
        <div className={classes.menu} data-wide={isLong || undefined}>
          {specs.map((each) => (
            <Button
              key={each.key}
              variant="subtle"
              color="gray"
              size="compact-sm"
              justify="start"
              onClick={() => setSpec(each)}
            >
              {each.label}
            </Button>
          ))}
        </div>
      ) : (
        <FilterEditor
          key={spec.key}
          spec={spec}
          value={null}
          onApply={(value) => {
            onApply(spec.key, value);
            toggle(false);
          }}
        />
      )}
    </LazyPopover>
  );
}

function TypedFilterInput({ specs, onApply, example }: Apply & { example: string }) {
  const t = useTranslations("filters");
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    const read = readTypedFilter(text, specs);
    if ("error" in read) return setError(t(`typed.${read.error}`, { about: read.about }));
    onApply(read.key, read.value);
    setText("");
  };
  return (
    <form onSubmit={submit} className={classes.typed}>
      <TextInput
        size="xs"
        data-hotkey="search"
        aria-label={t("typed.label")}
        placeholder={example}
        leftSection={<IconSearch size={14} />}
        value={text}
        error={error}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.currentTarget.value);
          setError(null);
        }}
      />
    </form>
  );
}
