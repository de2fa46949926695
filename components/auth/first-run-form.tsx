"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import { signIn } from "#lib/api/session";
import classes from "./auth.module.css";

/** Makes the first owner with the one-time link that the start printed, and signs in. */
export function FirstRunForm({ token }: { token: string }) {
  const t = useTranslations("auth");
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const [email, name, password] = ["email", "name", "password"].map((field) =>
      String(fields.get(field) ?? ""),
    );
    setBusy(true);
    setProblem(null);
    try {
      const body = { token, email, password, ...(name === "" ? {} : { name }) };
      await apiSend({ method: "POST", path: "/api/first-run", body });
      await signIn(email ?? "", password ?? "");
      window.location.assign("/");
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiProblem) setProblem(error);
    }
  };
  const fieldError = (field: string) => problem?.fields[field];
  const isGeneral =
    problem !== null && !["email", "name", "password"].some((field) => field in problem.fields);
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      {isGeneral && (
        <Alert color="red" variant="light" role="alert">
          {problem.message}
        </Alert>
      )}
      <TextInput
        name="email"
        type="email"
        label={t("email")}
        autoComplete="username"
        required
        withAsterisk={false}
        error={fieldError("email")}
        autoFocus
      />
      <TextInput name="name" label={t("name")} autoComplete="name" error={fieldError("name")} />
      <TextInput
        name="password"
        type="password"
        label={t("password")}
        description={t("passwordRule")}
        autoComplete="new-password"
        minLength={12}
        required
        withAsterisk={false}
        error={fieldError("password")}
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("createOwner")}
      </Button>
    </form>
  );
}

/** The link is used up, too old, or an owner exists already. */
export function FirstRunClosed() {
  const t = useTranslations("auth");
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t("firstRunClosed")}</p>
      <Button component="a" href="/" variant="default" fullWidth>
        {t("signIn")}
      </Button>
    </div>
  );
}
