"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import classes from "./auth.module.css";

/** Asks for an address, to which a link goes: to a new password, or to an account of one's own. */
export function MailLinkForm({ purpose }: { purpose: "forgot" | "register" }) {
  const t = useTranslations(`auth.${purpose}Form`);
  const common = useTranslations("auth");
  const locale = useLocale();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email"));
    setBusy(true);
    setError(null);
    const path = purpose === "forgot" ? "/api/auth/forgot-password" : "/api/auth/register";
    try {
      await apiSend({ method: "POST", path, body: { email, locale } });
      setSentTo(email);
    } catch (problem) {
      setError(problem instanceof ApiProblem ? problem.message : common("unreachable"));
    } finally {
      setBusy(false);
    }
  };
  const back = (
    <Button component="a" href="/" variant="default" fullWidth>
      {common("toSignIn")}
    </Button>
  );
  if (sentTo !== null) {
    return (
      <div className={classes.form}>
        <p className={classes.text} role="status">
          {t("sent", { email: sentTo })}
        </p>
        {back}
      </div>
    );
  }
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      {error !== null && (
        <Alert color="red" variant="light" role="alert">
          {error}
        </Alert>
      )}
      <p className={classes.text}>{t("text")}</p>
      <TextInput
        name="email"
        type="email"
        label={common("email")}
        autoComplete="username"
        required
        withAsterisk={false}
        autoFocus
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("send")}
      </Button>
      {back}
    </form>
  );
}
