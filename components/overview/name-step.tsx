"use client";

import { Button, TextInput } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Settings, UpdateSettings } from "#lib/settings/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./overview.module.css";

/** What the gateway is called; it may stay as it is. */
export function NameStep({ name, onDone }: { name: string; onDone: () => void }) {
  const t = useTranslations("overview.steps.name");
  const router = useRouter();
  const [typed, setTyped] = useState("");
  const save = useApiMutation<UpdateSettings, Settings>({
    send: (body) => ({ method: "PATCH", path: "/api/settings", body }),
    invalidates: ["/api/settings", "/api/me"],
    onSaved: () => {
      router.refresh();
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ "site.name": typed.trim() });
  };
  return (
    <>
      <p>{t("text")}</p>
      <form className={classes.stepForm} onSubmit={submit}>
        <TextInput
          aria-label={t("label")}
          placeholder={name}
          maxLength={60}
          value={typed}
          error={save.error?.message}
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
