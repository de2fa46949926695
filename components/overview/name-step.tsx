"use client";

import { Button, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Settings, UpdateSettings } from "#lib/settings/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";
import { useEdited } from "../shell/use-edited.ts";
import classes from "./overview.module.css";

type Props = { name: string; onDone: () => void };

/** What the gateway is called; it may stay as it is. */
export function NameStep(props: Props) {
  const { data } = useEdited<Settings>("/api/settings");
  return data === undefined ? null : <Filled {...props} settings={data.value} etag={data.etag} />;
}

type FilledProps = Props & { settings: Settings; etag: string | null };

function Filled({ name, onDone, settings, etag }: FilledProps) {
  const t = useTranslations("overview.steps.name");
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const conflict = useEditConflict({
    base: formOf(settings),
    etag,
    formOf,
    labels: { name: t("label") },
    getValues: () => ({ name: typed }),
    setValues: (values) => setTyped(values.name),
  });
  const save = useApiMutation<UpdateSettings, Settings>({
    send: (body) => ({ method: "PATCH", path: "/api/settings", body, ifMatch: conflict.etag }),
    invalidates: ["/api/settings", "/api/me"],
    onSaved: () => {
      router.refresh();
      onDone();
    },
  });
  return (
    <>
      <p>{t("text")}</p>
      {conflict.notice}
      <form
        className={classes.stepForm}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ "site.name": typed.trim() }, { onError: conflict.take });
        }}
      >
        <TextInput
          aria-label={t("label")}
          placeholder={name}
          maxLength={60}
          value={typed}
          error={save.error?.code === "stale" ? undefined : save.error?.message}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" disabled={typed.trim() === ""} loading={save.isPending}>
          {t("action")}
        </Button>
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t("keep", { name })}
        </Button>
      </form>
    </>
  );
}

function formOf(settings: Settings): { name: string } {
  return { name: settings["site.name"] };
}
