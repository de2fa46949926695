"use client";

import { Button, TextInput } from "@mantine/core";
import { IconCalendarTime } from "@tabler/icons-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import classes from "./filter-bar.module.css";
import { LazyPopover } from "./lazy-popover.tsx";
import { defaultPreset, fromLocalInput, presets, type TimeRange, toLocalInput } from "./time-range.ts";

type Props = {
  value: TimeRange;
  onChange: (range: TimeRange) => void;
  /** Nothing chosen means any time, instead of the last 24 hours. */
  anyTime?: boolean;
};

/** Presets that move with the clock, or a stretch from … to …; what is chosen stands on the button. */
export function TimeRangePicker({ value, onChange, anyTime = false }: Props) {
  const t = useTranslations("filters.time");
  const locale = useLocale();
  const [isOpen, setOpen] = useState(false);
  const isFixed = value.from !== null || value.to !== null;
  const standard = anyTime ? null : defaultPreset;
  const preset = value.range ?? standard;
  const choose = (range: TimeRange) => {
    onChange(range);
    setOpen(false);
  };
  return (
    <LazyPopover
      opened={isOpen}
      onChange={setOpen}
      width={320}
      target={
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconCalendarTime size={15} />}
          aria-haspopup="dialog"
          onClick={() => setOpen(!isOpen)}
        >
          {/* The server does not know the browser's time zone. */}
          <span suppressHydrationWarning>
            {isFixed
              ? `${moment(value.from, locale)} – ${value.to === null ? t("now") : moment(value.to, locale)}`
              : t(preset ?? "any")}
          </span>
        </Button>
      }
    >
      <div className={classes.presets}>
        {presets.map((each) => (
          <Button
            key={each}
            size="compact-sm"
            justify="start"
            variant={!isFixed && each === preset ? "light" : "subtle"}
            color={!isFixed && each === preset ? "petrol" : "gray"}
            onClick={() => choose({ range: each === standard ? null : each, from: null, to: null })}
          >
            {t(each)}
          </Button>
        ))}
      </div>
      <CustomRange value={value} onChange={choose} />
    </LazyPopover>
  );
}

function CustomRange({ value, onChange }: Props) {
  const t = useTranslations("filters.time");
  const [from, setFrom] = useState(toLocalInput(value.from));
  const [to, setTo] = useState(toLocalInput(value.to));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ range: null, from: fromLocalInput(from), to: fromLocalInput(to) });
      }}
    >
      <TextInput
        type="datetime-local"
        label={t("from")}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="datetime-local"
        label={t("to")}
        mt="xs"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" fullWidth mt="sm" disabled={from === "" && to === ""}>
        {t("custom")}
      </Button>
    </form>
  );
}

function moment(iso: string | null, locale: string): string {
  if (iso === null) return "…";
  return new Date(iso).toLocaleString(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}
