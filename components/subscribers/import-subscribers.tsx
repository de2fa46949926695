"use client";

import { Alert, Button, FileButton, Textarea, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { ImportResult } from "#lib/subscribers/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./subscribers.module.css";

/** People from a file, with how they agreed; what was left out is told line by line. */
export function ImportSubscribers({ onClose }: { onClose: () => void }) {
  const t = useTranslations("subscribers");
  const [text, setText] = useState("");
  const [consent, setConsent] = useState("");
  const save = useApiMutation<object, ImportResult>({
    send: (body) => ({ method: "POST", path: "/api/subscribers/import", body }),
    invalidates: ["/api/subscribers"],
    idempotent: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ text, consent: consent.trim() });
  };
  const fields = save.error?.fields ?? {};
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("importTitle")}
      action={t("importDo")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={["text", "consent"]}
    >
      {save.data !== undefined && <Result result={save.data} />}
      <p className={classes.text}>{t("importHelp")}</p>
      <FileButton accept=".csv,text/csv" onChange={(file) => void file?.text().then(setText)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} />}>
            {t("chooseFile")}
          </Button>
        )}
      </FileButton>
      <Textarea
        label={t("importFile")}
        autosize
        minRows={6}
        maxRows={14}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        placeholder={"email,name,vendors,models,digest,language\nada@example.com,Ada,openai,,no,en"}
        spellCheck={false}
        error={fields.text}
        data-autofocus
      />
      <TextInput
        label={t("consentField")}
        description={t("consentHelp")}
        value={consent}
        onChange={({ currentTarget }) => setConsent(currentTarget.value)}
        error={fields.consent}
      />
    </FormDrawer>
  );
}

function Result({ result }: { result: ImportResult }) {
  const t = useTranslations("subscribers");
  const { wrong, ...counts } = result;
  return (
    <Alert color={wrong.length > 0 ? "yellow" : "green"} variant="light" role="status">
      {t("imported", counts)}
      {wrong.length > 0 && (
        <>
          <div>{t("wrongLines", { count: wrong.length })}</div>
          <ul className={classes.wrong}>
            {wrong.map(({ line, problem }) => (
              <li key={line}>{t("line", { line, problem })}</li>
            ))}
          </ul>
        </>
      )}
    </Alert>
  );
}
