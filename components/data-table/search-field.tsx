"use client";

import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import classes from "./filter-bar.module.css";

type Props = { value: string | null; onChange: (value: string | null) => void; label: string };

/** Searches while one types; what is searched for stands in the URL. */
export function SearchField({ value, onChange, label }: Props) {
  const t = useTranslations("filters");
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value ?? "");
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  // A link or the back button changed the search from outside; what was just typed here comes back unchanged.
  if (value !== seen) {
    setSeen(value);
    if (value !== sent) setText(value ?? "");
  }
  const send = (next: string | null) => {
    setSent(next);
    onChange(next);
  };
  const settle = useDebouncedCallback(
    (typed: string) => send(typed.trim() === "" ? null : typed.trim()),
    200,
  );
  const clear = () => {
    setText("");
    send(null);
    input.current?.focus();
  };
  return (
    <TextInput
      ref={input}
      data-hotkey="search"
      size="xs"
      type="search"
      className={classes.search}
      aria-label={label}
      placeholder={label}
      value={text}
      leftSection={<IconSearch size={14} />}
      rightSection={
        text === "" ? undefined : <CloseButton size="xs" aria-label={t("clearSearch")} onClick={clear} />
      }
      onChange={(event) => {
        setText(event.currentTarget.value);
        settle(event.currentTarget.value);
      }}
    />
  );
}
