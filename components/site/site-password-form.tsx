"use client";

import { Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import { ownPath } from "./own-path.ts";
import classes from "./site.module.css";

/** Stands before every page until the site's password has been entered; then the page that was asked for. */
export function SitePasswordForm() {
  const t = useTranslations("site");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    setBusy(true);
    try {
      await apiSend({ method: "POST", path: "/api/site-password/entry", body: { password } });
      window.location.assign(ownPath(new URLSearchParams(window.location.search).get("to")));
    } catch (problem) {
      setBusy(false);
      setError(problem instanceof ApiProblem ? problem.message : t("passwordFailed"));
    }
  };
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      <TextInput
        name="password"
        type="password"
        label={t("password")}
        autoComplete="current-password"
        required
        withAsterisk={false}
        autoFocus
        error={error}
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("enter")}
      </Button>
    </form>
  );
}
