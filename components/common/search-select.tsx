"use client";

import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

export type SearchOption = { value: string; label: string; hint?: string };

type Props = Omit<SelectProps, "data" | "searchable" | "onSearchChange" | "value" | "onChange"> & {
  /** Names the cache entry: one per kind of thing that is looked for. */
  cacheName: string;
  load: (text: string) => Promise<SearchOption[]>;
  value: string | null;
  onChange: (value: string | null, option: SearchOption | undefined) => void;
  /** Shown until the chosen option has been loaded. */
  known?: SearchOption;
};

/** Chooses one of many things that the server finds by name. */
export function SearchSelect({ cacheName, load, value, onChange, known, ...rest }: Props) {
  const t = useTranslations("common");
  const [text, setText] = useState("");
  const [settledText] = useDebouncedValue(text, 200);
  const { data = [], isFetching } = useQuery({
    queryKey: ["search", cacheName, settledText],
    queryFn: () => load(settledText),
    placeholderData: keepPreviousData,
  });
  const options =
    known === undefined || data.some((option) => option.value === known.value) ? data : [known, ...data];
  return (
    <Select
      {...rest}
      searchable
      data={options.map(({ value: id, label }) => ({ value: id, label }))}
      value={value}
      onChange={(id) =>
        onChange(
          id,
          options.find((option) => option.value === id),
        )
      }
      onSearchChange={setText}
      filter={({ options: found }) => found}
      nothingFoundMessage={isFetching ? t("loading") : t("nothingFound")}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
