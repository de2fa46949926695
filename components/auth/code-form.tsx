"use client";

import { Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import classes from "./auth.module.css";

type Props = {
  alert: ReactNode;
  isBusy: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
};

/** The second step: the code of the authenticator app, or a recovery code. */
export function CodeForm({ alert, isBusy, onCode, onBack }: Props) {
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
