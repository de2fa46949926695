"use client";

import { Button, TextInput } from "@mantine/core";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import classes from "./filter-bar.module.css";
import type { FilterSpec } from "./filter-types.ts";

const SearchSelect = dynamic(
  () => import("../common/search-select.tsx").then((module) => module.SearchSelect),
  { ssr: false },
);

type Props = {
  spec: FilterSpec;
  value: string | null;
  onApply: (value: string) => void;
  /** One of several on a drawer: it opens nothing by itself. */
  isOneOfMany?: boolean;
};

/** The input of one filter, as its kind wants it. */
export function FilterEditor({ spec, value, onApply, isOneOfMany = false }: Props) {
  const { input, key, label } = spec;
  if (input.kind === "text")
    return <TextEditor {...{ spec, value, onApply }} placeholder={input.placeholder} />;
  if (input.kind === "search") {
    return (
      <SearchSelect
        cacheName={key}
        label={label}
        load={input.load}
        value={value}
        {...(isOneOfMany ? { openOnFocus: false } : { "data-autofocus": true, defaultDropdownOpened: true })}
        comboboxProps={{ withinPortal: false }}
        onChange={(id) => id !== null && onApply(id)}
      />
    );
  }
  return (
    <fieldset aria-label={label} className={classes.choices}>
      {input.options.map((option, index) => (
        <Button
          key={option.value}
          variant={option.value === value ? "light" : "subtle"}
          color={option.value === value ? "petrol" : "gray"}
          size="compact-sm"
          justify="start"
          fullWidth
          {...(index === 0 ? { "data-autofocus": true } : {})}
          onClick={() => onApply(option.value)}
        >
          {option.label}
        </Button>
      ))}
    </fieldset>
  );
}

function TextEditor({ spec, value, onApply, placeholder }: Props & { placeholder: string }) {
  const t = useTranslations("filters");
  const [text, setText] = useState(value ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onApply(text.trim());
  };
  return (
    <form onSubmit={submit} className={classes.editor}>
      <TextInput
        label={spec.label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
      />
      <Button type="submit">{t("apply")}</Button>
    </form>
  );
}
