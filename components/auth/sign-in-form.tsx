"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "#lib/api/client";
import { signIn } from "#lib/api/session";
import classes from "./auth.module.css";

/** Signs in and shows the page that was asked for. */
export function SignInForm() {
  const t = useTranslations("auth");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await signIn(String(fields.get("email")), String(fields.get("password")));
      window.location.reload();
    } catch (problem) {
      setBusy(false);
      if (!(problem instanceof ApiProblem) || problem.status === 0) return setError(t("unreachable"));
      setError(problem.status === 429 ? problem.message || t("throttled") : t("refused"));
    }
  };
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      {error !== null && (
        <Alert color="red" variant="light" role="alert">
          {error}
        </Alert>
      )}
      <TextInput
        name="email"
        type="email"
        label={t("email")}
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus
      />
      <TextInput
        name="password"
        type="password"
        label={t("password")}
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("signIn")}
      </Button>
    </form>
  );
}
