"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "#lib/api/client";
import { signIn } from "#lib/api/session";
import classes from "./auth.module.css";

type Credentials = { email: string; password: string };

/** Signs in and shows the page that was asked for; whoever has a second factor is asked for its code next. */
export function SignInForm({ mayRegister }: { mayRegister: boolean }) {
  const t = useTranslations("auth");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [entered, setEntered] = useState<Credentials | null>(null);
  const enter = async (credentials: Credentials, code: string) => {
    setBusy(true);
    setError(null);
    try {
      await signIn(credentials.email, credentials.password, code);
      window.location.reload();
    } catch (problem) {
      setBusy(false);
      if (!(problem instanceof ApiProblem) || problem.status === 0) return setError(t("unreachable"));
      if (problem.code === "totp_required") return setEntered(credentials);
      if (problem.status === 429) return setError(problem.message || t("throttled"));
      setError(problem.code === "totp_invalid" ? t("codeRefused") : t("refused"));
    }
  };
  const alert = error !== null && (
    <Alert color="red" variant="light" role="alert">
      {error}
    </Alert>
  );
  if (entered !== null) {
    return (
      <CodeForm
        alert={alert}
        isBusy={isBusy}
        onCode={(code) => void enter(entered, code)}
        onBack={() => {
          setEntered(null);
          setError(null);
        }}
      />
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    void enter({ email: String(fields.get("email")), password: String(fields.get("password")) }, "");
  };
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      {alert}
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
      <div className={classes.links}>
        <a href="/forgot-password">{t("forgot")}</a>
        {mayRegister && <a href="/register">{t("register")}</a>}
      </div>
    </form>
  );
}

type CodeProps = {
  alert: React.ReactNode;
  isBusy: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
};

/** The second step: the code of the authenticator app, or a recovery code. */
function CodeForm({ alert, isBusy, onCode, onBack }: CodeProps) {
  const t = useTranslations("auth");
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onCode(String(new FormData(event.currentTarget).get("code")));
      }}
      method="post"
    >
      {alert}
      <TextInput
        name="code"
        label={t("code")}
        description={t("codeHelp")}
        autoComplete="one-time-code"
        spellCheck={false}
        required
        withAsterisk={false}
        autoFocus
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("signIn")}
      </Button>
      <Button variant="default" onClick={onBack} fullWidth>
        {t("back")}
      </Button>
    </form>
  );
}
