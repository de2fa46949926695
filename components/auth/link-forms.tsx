"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import { signIn } from "#lib/api/session";
import type { OpenInvitation } from "#lib/invitations/schema";
import classes from "./auth.module.css";

/** Sets a new password through a mail's link. */
export function ResetPasswordForm({ token, email }: { token: string; email: string }) {
  const t = useTranslations("auth");
  const { problem, isBusy, run } = useAct();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password"));
    void run(async () => {
      await apiSend({ method: "POST", path: "/api/auth/reset-password", body: { token, password } });
      // Whoever has a second factor enters its code on the page itself.
      await signIn(email, password).catch(() => undefined);
      window.location.assign("/");
    });
  };
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      <Problem problem={problem} fields={["password"]} />
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <p className={classes.text}>{t("resetFor", { email })}</p>
      <NewPassword error={problem?.fields.password} />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("setPassword")}
      </Button>
    </form>
  );
}

/** Accepts an invitation: a new person chooses name and password, one who has a sign-in only agrees. */
export function AcceptInvitationForm({ token, invitation }: { token: string; invitation: OpenInvitation }) {
  const t = useTranslations("auth");
  const { problem, isBusy, run } = useAct();
  const { email, accountName, isKnown, isRegistration } = invitation;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    void run(async () => {
      await apiSend({ method: "POST", path: "/api/invitations/accept", body: { token, ...body } });
      if (given.password !== undefined) await signIn(email, given.password).catch(() => undefined);
      window.location.assign("/");
    });
  };
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      <Problem problem={problem} fields={["name", "password", "accountName"]} />
      <p className={classes.text}>
        {accountName === null ? t("inviteFor", { email }) : t("inviteTo", { email, account: accountName })}
      </p>
      {!isKnown && (
        <>
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <TextInput
            name="name"
            label={t("name")}
            autoComplete="name"
            autoFocus
            error={problem?.fields.name}
          />
          {isRegistration && (
            <TextInput
              name="accountName"
              label={t("accountName")}
              description={t("accountNameHelp")}
              autoComplete="organization"
              required
              withAsterisk={false}
              error={problem?.fields.accountName}
            />
          )}
          <NewPassword error={problem?.fields.password} />
        </>
      )}
      <Button type="submit" loading={isBusy} fullWidth>
        {isKnown ? t("join") : t("createSignIn")}
      </Button>
    </form>
  );
}

/** The link of a mail was used, has expired or was taken back. */
export function LinkClosed({ again }: { again?: string }) {
  const t = useTranslations("auth");
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t("linkClosed")}</p>
      {again !== undefined && (
        <Button component="a" href={again} fullWidth>
          {t("newLink")}
        </Button>
      )}
      <Button component="a" href="/" variant="default" fullWidth>
        {t("toSignIn")}
      </Button>
    </div>
  );
}

function NewPassword({ error }: { error: ReactNode }) {
  const t = useTranslations("auth");
  return (
    <TextInput
      name="password"
      type="password"
      label={t("newPassword")}
      description={t("passwordRule")}
      autoComplete="new-password"
      minLength={12}
      required
      withAsterisk={false}
      error={error}
    />
  );
}

function Problem({ problem, fields }: { problem: ApiProblem | null; fields: readonly string[] }) {
  if (problem === null || fields.some((field) => field in problem.fields)) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {problem.message}
    </Alert>
  );
}

/** Runs what a form does, and keeps what the server refused. */
function useAct() {
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiProblem) setProblem(error);
      else throw error;
    }
  };
  return { problem, isBusy, run };
}
