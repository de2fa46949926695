"use client";

import { Alert, Button } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { apiSend } from "#lib/api/client";
import type { Subscription } from "#lib/subscribers/schema";
import { useFollowSum } from "./follow-sum.tsx";
import { LinkClosed } from "./link-closed.tsx";
import classes from "./subscribers.module.css";
import { useSending } from "./use-sending.ts";

/** What the link of a mail begins, once its reader says so: looking at a page is not saying so. */
export function ConfirmForm({ token, found }: { token: string; found: Subscription | null }) {
  const t = useTranslations("subscription");
  const sum = useFollowSum();
  const [isDone, setDone] = useState(false);
  const { problem, isBusy, run } = useSending();
  if (found === null) return <LinkClosed />;
  if (isDone) {
    return (
      <div className={classes.form}>
        <p className={classes.text} role="status">
          {t("confirmed")}
        </p>
        <Button component={Link} href="/announcements" variant="default" fullWidth>
          {t("toAnnouncements")}
        </Button>
      </div>
    );
  }
  const confirm = () =>
    run(async () => {
      await apiSend({
        method: "POST",
        path: `/api/subscriptions/confirm?token=${encodeURIComponent(token)}`,
      });
      setDone(true);
    });
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t("confirmFor", { email: found.email })}</p>
      <p className={classes.sum}>{sum(found)}</p>
      {problem !== null && (
        <Alert color="red" variant="light" role="alert">
          {problem.message}
        </Alert>
      )}
      <Button loading={isBusy} fullWidth onClick={() => void confirm()}>
        {t("confirm")}
      </Button>
    </div>
  );
}
