"use client";

import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import classes from "./by-ip.module.css";

type Props = {
  value: string | null;
  onChange: (value: { ip?: string; cidr?: string }) => void;
};

/** Finds an address, a network, or the network that a half-typed address begins: 203.0.113 is 203.0.113.0/24. */
export function AddressSearch({ value, onChange }: Props) {
  const t = useTranslations("byIp");
  const [text, setText] = useState("");
  const [isBad, setBad] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    const { readAddress } = await import("#lib/logs/address");
    const read = readAddress(text.trim());
    if (read === undefined) return setBad(true);
    onChange(read);
    setText("");
  };
  return (
    <form onSubmit={(event) => void submit(event)} className={classes.search}>
      <TextInput
        size="xs"
        data-hotkey="search"
        aria-label={t("search")}
        placeholder={value ?? t("searchExample")}
        leftSection={<IconSearch size={14} />}
        rightSection={
          text === "" ? undefined : (
            <CloseButton size="xs" aria-label={t("clear")} onClick={() => setText("")} />
          )
        }
        value={text}
        error={isBad ? t("badAddress", { text }) : null}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setText(event.currentTarget.value);
          setBad(false);
        }}
      />
    </form>
  );
}
