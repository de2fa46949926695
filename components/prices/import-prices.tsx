"use client";

import { Button, FileButton, Textarea, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./prices.module.css";

/** A draft from a file or from a spreadsheet's cells: all of it or nothing, with what is wrong by line. */
export function ImportPrices({ onClose }: { onClose: () => void }) {
  const t = useTranslations("prices");
  const router = useRouter();
  const [text, setText] = useState("");
  const [note, setNote] = useState("");
  const save = useApiMutation<object, PriceVersionDetail>({
    send: (body) => ({ method: "POST", path: "/api/prices/versions/import", body }),
    invalidates: ["/api/prices"],
    idempotent: true,
    onSaved: ({ id }) => router.push(`/models/versions/${id}`),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ text, ...(note.trim() === "" ? {} : { note: note.trim() }) });
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("importTitle")}
      action={t("importAction")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={[]}
    >
      <p className={classes.dim}>{t("importHelp")}</p>
      <FileButton
        accept=".csv,.tsv,.json,text/csv,application/json"
        onChange={(file) => void file?.text().then(setText)}
      >
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} />}>
            {t("importFile")}
          </Button>
        )}
      </FileButton>
      <Textarea
        label={t("importText")}
        autosize
        minRows={8}
        maxRows={18}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        placeholder={"model,input,output,reason\nclaude-sonnet-4-5,2.7,13.5,\ngpt-4o,2.4,9.6,Volume contract"}
        spellCheck={false}
        data-autofocus
      />
      <TextInput
        label={t("note")}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
    </FormDrawer>
  );
}
