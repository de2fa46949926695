"use client";

import { Alert, Button, TextInput } from "@mantine/core";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { apiSend } from "#lib/api/client";
import type { FollowOptions } from "#lib/subscribers/schema";
import { FollowFields, followValues } from "./follow-fields.tsx";
import classes from "./subscribers.module.css";
import { useSending } from "./use-sending.ts";

/** Asks for announcements by mail; a link confirms it. */
export function SubscribeForm({ options }: { options: FollowOptions }) {
  const t = useTranslations("subscription");
  const locale = useLocale();
  const [follow, setFollow] = useState(() => followValues(null, locale));
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { problem, isBusy, run } = useSending();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const [email, name] = [String(given.get("email")), String(given.get("name"))];
    void run(async () => {
      await apiSend({ method: "POST", path: "/api/subscriptions", body: { email, name, ...follow } });
      setSentTo(email);
    });
  };
  if (sentTo !== null) {
    return (
      <div className={classes.form}>
        <p className={classes.text} role="status">
          {t("sent", { email: sentTo })}
        </p>
        <Button component={Link} href="/announcements" variant="default" fullWidth>
          {t("toAnnouncements")}
        </Button>
      </div>
    );
  }
  const fields = problem?.fields ?? {};
  return (
    <form className={classes.form} onSubmit={submit} method="post">
      <p className={classes.text}>{t("formText")}</p>
      {problem !== null && Object.keys(fields).length === 0 && (
        <Alert color="red" variant="light" role="alert">
          {problem.message}
        </Alert>
      )}
      <TextInput
        name="email"
        type="email"
        label={t("email")}
        autoComplete="email"
        required
        withAsterisk={false}
        error={fields.email}
      />
      <TextInput
        name="name"
        label={t("name")}
        description={t("nameHelp")}
        autoComplete="name"
        error={fields.name}
      />
      <FollowFields
        values={follow}
        onChange={setFollow}
        options={options}
        error={fields.vendors ?? fields.models}
      />
      <Button type="submit" loading={isBusy} fullWidth>
        {t("subscribe")}
      </Button>
      <div className={classes.links}>
        <Link href="/announcements">{t("toAnnouncements")}</Link>
        <Link href="/docs/privacy">{t("privacy")}</Link>
      </div>
    </form>
  );
}
