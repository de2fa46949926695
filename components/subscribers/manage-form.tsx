"use client";

import { Alert, Button } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { apiSend } from "#lib/api/client";
import type { FollowOptions, Subscription } from "#lib/subscribers/schema";
import { FollowFields, followValues } from "./follow-fields.tsx";
import { LinkClosed } from "./link-closed.tsx";
import classes from "./subscribers.module.css";
import { useSending } from "./use-sending.ts";

type Props = { token: string; found: Subscription | null; options: FollowOptions };

/** Changes or ends a subscription through the signed link of its mails, without a sign-in. */
export function ManageForm({ token, found, options }: Props) {
  const t = useTranslations("subscription");
  const [subscription, setSubscription] = useState(found);
  const [follow, setFollow] = useState(() => followValues(found, "en"));
  const [isSaved, setSaved] = useState(false);
  const { problem, isBusy, run } = useSending();
  if (subscription === null) return <LinkClosed />;
  const { email, state } = subscription;
  if (state === "suppressed") return <p className={classes.text}>{t("suppressed", { email })}</p>;
  const query = `token=${encodeURIComponent(token)}`;
  const save = () =>
    run(async () => {
      const path = `/api/subscriptions/manage?${query}`;
      setSubscription(await apiSend<Subscription>({ method: "PUT", path, body: follow }));
      setSaved(true);
    });
  const end = () =>
    run(async () => {
      const path = `/api/subscriptions/unsubscribe?${query}`;
      setSubscription(await apiSend<Subscription>({ method: "POST", path }));
      setSaved(false);
    });
  const fields = problem?.fields ?? {};
  const refused = problem !== null && Object.keys(fields).length === 0 && (
    <Alert color="red" variant="light" role="alert">
      {problem.message}
    </Alert>
  );
  if (state === "unsubscribed") {
    return (
      <div className={classes.form}>
        <p className={classes.text} role="status">
          {t("unsubscribed", { email })}
        </p>
        {refused}
        <Button variant="default" loading={isBusy} fullWidth onClick={() => void save()}>
          {t("again")}
        </Button>
      </div>
    );
  }
  return (
    <div className={classes.form}>
      <p className={classes.text}>{t("manageFor", { email })}</p>
      {refused}
      {isSaved && (
        <p className={classes.text} role="status">
          {t("saved")}
        </p>
      )}
      <FollowFields
        values={follow}
        onChange={(values) => {
          setFollow(values);
          setSaved(false);
        }}
        options={options}
        error={fields.vendors ?? fields.models}
      />
      <Button loading={isBusy} fullWidth onClick={() => void save()}>
        {t("save")}
      </Button>
      <Button variant="default" loading={isBusy} fullWidth onClick={() => void end()}>
        {t("unsubscribe")}
      </Button>
    </div>
  );
}
