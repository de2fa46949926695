"use client";

import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./prices.module.css";

/** A draft's note, changed in place; a published one stays as it is. */
export function DraftNote({ version: { id, note } }: { version: PriceVersionDetail }) {
  const t = useTranslations("prices");
  const [text, setText] = useState(note);
  const save = useApiMutation<string, PriceVersionDetail>({
    send: (changed) => ({ method: "PATCH", path: `/api/prices/versions/${id}`, body: { note: changed } }),
    invalidates: ["/api/prices"],
    onSaved: (version) => setText(version.note),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(text.trim(), {
      onError: ({ message }) => notifications.show({ color: "red", message }),
    });
  };
  return (
    <form className={classes.noteForm} onSubmit={submit}>
      <TextInput
        aria-label={t("note")}
        placeholder={t("note")}
        value={text}
        maxLength={1000}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {text.trim() !== note && (
        <Button type="submit" variant="default" loading={save.isPending}>
          {t("saveNote")}
        </Button>
      )}
    </form>
  );
}
