"use client";

import { Button, FileButton, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileImport } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { ChannelImport } from "#lib/channels/transfer/schema";
import { StateBadge } from "../common/state-badge.tsx";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./channels.module.css";

/** Channels from a CSV file: every line checked and shown first; imported all together or not at all. */
export function ImportChannels({ onClose }: { onClose: () => void }) {
  const t = useTranslations("channels");
  const [csv, setCsv] = useState("");
  const check = useApiMutation<string, ChannelImport>({
    send: (text) => ({ method: "POST", path: "/api/channels/import", body: { csv: text, check: true } }),
    invalidates: [],
  });
  const save = useApiMutation<string, ChannelImport>({
    send: (text) => ({ method: "POST", path: "/api/channels/import", body: { csv: text } }),
    invalidates: ["/api/channels", "/api/models"],
    idempotent: true,
    onSaved: ({ created }) => {
      notifications.show({ message: t("imported", { count: created }) });
      onClose();
    },
  });
  const change = (text: string) => {
    setCsv(text);
    check.reset();
    save.reset();
  };
  const isReady = check.data?.lines.every(({ problems }) => isEmpty(problems)) ?? false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) save.mutate(csv);
    else check.mutate(csv);
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("importTitle")}
      action={isReady ? t("importAction", { count: check.data?.lines.length ?? 0 }) : t("importCheck")}
      onSubmit={submit}
      isBusy={check.isPending || save.isPending}
      problem={save.error ?? check.error}
      fields={[]}
    >
      <p className={classes.help}>{t("importHelp")}</p>
      <FileButton accept=".csv,text/csv" onChange={(file) => void file?.text().then(change)}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFileImport size={16} />}>
            {t("importFile")}
          </Button>
        )}
      </FileButton>
      <Textarea
        label={t("importText")}
        classNames={{ input: classes.csv ?? "" }}
        autosize
        minRows={5}
        maxRows={12}
        value={csv}
        onChange={({ currentTarget }) => change(currentTarget.value)}
        placeholder={
          "name,provider,baseUrl,credential,models\nMain,openai-compatible,https://api.openai.com/v1,sk-…,gpt-4o; gpt-4o-mini"
        }
      />
      {check.data !== undefined && <Preview report={check.data} />}
    </FormDrawer>
  );
}

function Preview({ report: { lines } }: { report: ChannelImport }) {
  const t = useTranslations("channels");
  const bad = lines.filter(({ problems }) => !isEmpty(problems)).length;
  return (
    <section aria-label={t("importTitle")}>
      {bad > 0 && (
        <p className={classes.help} role="alert">
          <StateBadge tone="bad">{t("importProblems", { count: bad })}</StateBadge> {t("importAllOrNothing")}
        </p>
      )}
      <ol className={classes.preview}>
        {lines.map(({ line, name, provider, models, hasCredential, problems }) => (
          <li key={line}>
            <span className={classes.dim}>
              {t("importLine")} {line}
            </span>
            <span>
              <strong>{name}</strong>{" "}
              <span className={classes.dim}>
                {[
                  provider,
                  t("importModels", { count: models }),
                  ...(hasCredential ? [t("hasCredential")] : []),
                ].join(" · ")}
              </span>
              {Object.entries(problems).map(([field, problem]) => (
                <span key={field} className={classes.problem}>
                  {field}: {problem}
                </span>
              ))}
            </span>
            {isEmpty(problems) && <StateBadge tone="ok">{t("importReady")}</StateBadge>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function isEmpty(problems: object): boolean {
  return Object.keys(problems).length === 0;
}
