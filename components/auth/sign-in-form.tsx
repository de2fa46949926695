"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem } from "#lib/api/client";
import { leaveCode, sendCode, signIn } from "#lib/api/session";
import classes from "./auth.module.css";
import { CodeForm } from "./code-form.tsx";
import { ProviderButtons, type SignInProvider } from "./provider-buttons.tsx";

type Credentials = { email: string; password: string };
/** Whose code is asked for: of somebody whose password was right, or for whom a provider has vouched. */
type Awaited = Credentials | "provider";

type Props = {
  mayRegister: boolean;
  providers: readonly SignInProvider[];
  /** A provider has vouched for somebody: only the code of their second factor is missing. */
  awaitsCode: boolean;
};

/** Signs in and shows the page that was asked for; whoever has a second factor is asked for its code next. */
export function SignInForm({ mayRegister, providers, awaitsCode }: Props) {
  const t = useTranslations("auth");
  const [error, setError] = useState<string | null>(useProviderError());
  const [isBusy, setBusy] = useState(false);
  const [entered, setEntered] = useState<Awaited | null>(awaitsCode ? "provider" : null);
  const enter = async (credentials: Awaited, code: string) => {
    setBusy(true);
    setError(null);
    try {
      if (credentials === "provider") await sendCode(code);
      else await signIn(credentials.email, credentials.password, code);
      window.location.replace(pageWithoutError());
    } catch (problem) {
      setBusy(false);
      if (!(problem instanceof ApiProblem) || problem.status === 0) return setError(t("unreachable"));
      if (problem.code === "totp_required") return setEntered(credentials);
      if (problem.status === 429) return setError(problem.message || t("throttled"));
      if (credentials === "provider" && problem.code !== "totp_invalid") return setError(problem.message);
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
          if (entered === "provider") void leaveCode();
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
    <>
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
          <a href="/pricing">{t("prices")}</a>
        </div>
      </form>
      {providers.length > 0 && (
        <ProviderButtons providers={providers} onError={() => setError(t("providerUnreachable"))} />
      )}
    </>
  );
}

/** Why a provider's sign-in has led back here. Who was refused learns no more than that. */
function useProviderError(): string | null {
  const t = useTranslations("auth");
  const code = useSearchParams().get("error");
  if (code === null) return null;
  if (code === "refused" || code === "AccessDenied") return t("providerRefused");
  return code === "OAuthSignin" ? t("providerUnreachable") : t("providerFailed");
}

/** The page that was asked for. */
function pageWithoutError(): string {
  const url = new URL(window.location.href);
  url.searchParams.delete("error");
  return url.pathname + url.search;
}
