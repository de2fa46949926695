"use client";

import { TagsInput, type TagsInputProps } from "@mantine/core";

type Props = Omit<TagsInputProps, "value" | "onChange" | "splitChars" | "acceptValueOnBlur"> & {
  value?: string[];
  onChange?: (values: string[]) => void;
};

/** Names or addresses one by one, or many at once between commas, blanks or lines, typed or pasted. */
export function TagList({ onChange, ...rest }: Props) {
  return (
    <TagsInput
      {...rest}
      splitChars={[",", " ", "\n"]}
      acceptValueOnBlur
      onChange={(typed) =>
        onChange?.([...new Set(typed.flatMap((text) => text.split(/[,\s]+/)))].filter(Boolean))
      }
    />
  );
}
