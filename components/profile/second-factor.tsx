"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { StateBadge } from "../common/state-badge.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { useMe } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";

const TotpDialog = dynamic(() => import("./totp-dialog.tsx").then((module) => module.TotpDialog), {
  ssr: false,
});
const CodesDialog = dynamic(() => import("./totp-dialog.tsx").then((module) => module.CodesDialog), {
  ssr: false,
});

type Secret = { secret: string; uri: string };
type Codes = { recoveryCodes: string[] };

/** Whether a code is asked for at sign-in; turning it on and off, and new recovery codes. */
export function SecondFactor() {
  const t = useTranslations("profile");
  const { user } = useMe();
  const router = useRouter();
  const [secret, setSecret] = useState<Secret | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const start = useApiMutation<void, Secret>({
    send: () => ({ method: "POST", path: "/api/me/totp" }),
    invalidates: [],
    onSaved: setSecret,
  });
  const renew = useApiMutation<void, Codes>({
    send: () => ({ method: "POST", path: "/api/me/totp/recovery-codes" }),
    invalidates: [],
    onSaved: ({ recoveryCodes }) => setCodes(recoveryCodes),
  });
  const isOn = user?.totp === true;
  const error = start.error ?? renew.error;
  return (
    <>
      <div className={classes.line}>
        <StateBadge tone={isOn ? "ok" : "idle"}>{isOn ? t("totpOn") : t("totpOff")}</StateBadge>
      </div>
      <p className={classes.text}>{t("totpText")}</p>
      {error !== null && <p role="alert">{error.message}</p>}
      <div className={classes.line}>
        {!isOn && (
          <Button loading={start.isPending} onClick={() => start.mutate()}>
            {t("totpStart")}
          </Button>
        )}
        {isOn && (
          <>
            <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
              {t("codesRenew")}
            </Button>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setLeaving(true)}>
              {t("totpDisable")}
            </Button>
          </>
        )}
      </div>
      {secret !== null && (
        <TotpDialog
          secret={secret}
          onClose={() => setSecret(null)}
          onConfirmed={(recoveryCodes) => {
            setSecret(null);
            setCodes(recoveryCodes);
          }}
        />
      )}
      {codes !== null && (
        <CodesDialog
          codes={codes}
          onClose={() => {
            setCodes(null);
            router.refresh();
          }}
        />
      )}
      {isLeaving && (
        <ConfirmRemoval
          path="/api/me/totp"
          invalidates={["/api/me"]}
          title={t("totpDisableTitle")}
          name={user?.email ?? ""}
          action={t("totpDisable")}
          onClose={() => setLeaving(false)}
          onRemoved={() => {
            setLeaving(false);
            router.refresh();
          }}
        >
          {t("totpDisableText")}
        </ConfirmRemoval>
      )}
    </>
  );
}
