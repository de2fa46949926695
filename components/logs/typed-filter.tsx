"use client";

import { ActionIcon, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCursorText, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { LogFilters } from "#lib/logs/filter-keys";
import { wordAt } from "#lib/logs/filter-words";
import { useMe } from "../shell/me.tsx";
import type { ShownError, Suggestion } from "./filter-brain.ts";
import classes from "./typed-filter.module.css";

/** Parser and suggestions are loaded when the field is first used. */
const brain = () => import("./filter-brain.ts");

type Props = {
  value: LogFilters;
  /** `isAll`: the text says all filters, those it leaves out are off. */
  onApply: (filters: LogFilters, isAll: boolean) => void;
};

/**
 * Filters as typed text: `status:429 ip:10.0.0.0/8 cost:>0.05`. What is typed is added to what is in force; the button
 * puts all filters into the field, to be changed or copied as one text. A word that cannot be read says why, in its place.
 */
export function TypedFilter({ value, onApply }: Props) {
  const t = useTranslations("logs.typed");
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const scope = { isCustomer: useMe().role === "customer" };
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [isAll, setAll] = useState(false);
  const [errors, setErrors] = useState<ShownError[]>([]);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const suggestions = useSuggestions(text, caret, isOpen, scope);
  const isListShown = isOpen && suggestions.length > 0;

  const change = (next: string, nextCaret = next.length) => {
    setText(next);
    setCaret(nextCaret);
    setErrors([]);
    setActive(-1);
  };
  const submit = async (typed: string) => {
    const { understand } = await brain();
    const read = await understand(typed, scope).catch((error: unknown) => failed(typed, error));
    setOpen(false);
    if (read.errors.length > 0) {
      setErrors(read.errors);
      input.current?.setSelectionRange(read.errors[0]?.start ?? 0, read.errors[0]?.end ?? 0);
      return;
    }
    onApply(read.filters, isAll);
    setAll(false);
    change("");
  };
  const accept = ({ insert, isWhole }: Suggestion) => {
    const word = wordAt(text, caret);
    const before = text.slice(0, word.start) + insert;
    const next = before + text.slice(word.end);
    // Drawn at once, so that the caret stands where the next letter belongs: a frame later, it would jump back over it.
    flushSync(() => change(next, before.length));
    input.current?.setSelectionRange(before.length, before.length);
    if (isWhole && !isAll) void submit(next);
  };
  const editAll = async () => {
    const { writeFilterText } = await brain();
    change(writeFilterText(value));
    setAll(true);
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (isListShown || isAll)) {
      event.preventDefault();
      setOpen(false);
      if (!isListShown) [setAll(false), change("")];
    } else if (isListShown && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((active + step + suggestions.length) % suggestions.length);
    } else if (isListShown && event.key === "Tab" && !event.shiftKey && text !== "") {
      const chosen = suggestions[Math.max(0, active)];
      if (chosen !== undefined) [event.preventDefault(), accept(chosen)];
    } else if (event.key === "Enter" && isListShown && suggestions[active] !== undefined) {
      event.preventDefault();
      accept(suggestions[active]);
    }
  };
  return (
    <form
      className={classes.typed}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (text.trim() !== "" || isAll) void submit(text);
      }}
    >
      <Marked text={text} errors={errors} />
      <TextInput
        ref={input}
        size="xs"
        data-hotkey="search"
        role="combobox"
        aria-label={t("label")}
        aria-autocomplete="list"
        aria-expanded={isListShown}
        aria-controls={isListShown ? listId : undefined}
        aria-activedescendant={isListShown && active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={errors.length > 0}
        placeholder="status:429 ip:10.0.0.0/8 cost:>0.05"
        leftSection={<IconSearch size={14} />}
        rightSection={
          Object.keys(value).length > 0 && text === "" ? (
            <ActionIcon
              size="sm"
              aria-label={t("editAll")}
              title={t("editAll")}
              onClick={() => void editAll()}
            >
              <IconCursorText size={15} />
            </ActionIcon>
          ) : undefined
        }
        classNames={{ input: classes.input ?? "" }}
        value={text}
        spellCheck={false}
        autoComplete="off"
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
        onChange={({ currentTarget }) => {
          change(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
          setOpen(true);
        }}
      />
      {isListShown && <Suggestions id={listId} items={suggestions} active={active} onChoose={accept} />}
      {errors.length > 0 && (
        <ul className={classes.errors} role="alert">
          {errors.map(({ start, about, fault }) => (
            <li key={start}>{t(`faults.${fault}`, { about })}</li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** The words in place behind the field, those that cannot be read underlined. */
function Marked({ text, errors }: { text: string; errors: readonly ShownError[] }) {
  if (errors.length === 0) return null;
  const parts = errors.flatMap(({ start, end }, index) => [
    <span key={`${start}-before`}>{text.slice(errors[index - 1]?.end ?? 0, start)}</span>,
    <mark key={start}>{text.slice(start, end)}</mark>,
  ]);
  return (
    <div className={classes.marked} aria-hidden>
      {parts}
    </div>
  );
}

type ListProps = {
  id: string;
  items: readonly Suggestion[];
  active: number;
  onChoose: (item: Suggestion) => void;
};

function Suggestions({ id, items, active, onChoose }: ListProps) {
  const t = useTranslations("logs.typed");
  return (
    <div id={id} className={classes.list} role="listbox" aria-label={t("suggestions")}>
      {items.map((item, index) => (
        <div
          key={item.insert}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={classes.option}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(item)}
          onKeyDown={() => {}}
        >
          <span>{item.label}</span>
          {item.hint !== undefined && <span className={classes.hint}>{item.hint}</span>}
        </div>
      ))}
    </div>
  );
}

const none: Suggestion[] = [];

function useSuggestions(text: string, caret: number, isOpen: boolean, scope: { isCustomer: boolean }) {
  const [at] = useDebouncedValue(isOpen ? `${caret}\n${text}` : null, 90);
  const { data } = useQuery({
    queryKey: ["search", "logFilters", at],
    queryFn: async () => {
      const [position, typed] = splitOnce(at ?? "0\n");
      return (await brain()).suggest(wordAt(typed, Number(position)), scope);
    },
    enabled: at !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return data ?? none;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf("\n");
  return [text.slice(0, at), text.slice(at + 1)];
}

function failed(text: string, error: unknown): { filters: LogFilters; errors: ShownError[] } {
  const about = error instanceof Error ? error.message : "";
  return { filters: {}, errors: [{ start: 0, end: text.length, about, fault: "failed" }] };
}
