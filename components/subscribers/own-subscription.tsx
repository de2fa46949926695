"use client";

import { Alert, Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { followOptionsQuery, ownSubscriptionQuery } from "#lib/api/queries";
import type { FollowOptions, Subscription } from "#lib/subscribers/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { FollowFields, type FollowValues, followValues } from "./follow-fields.tsx";
import classes from "./subscribers.module.css";

const invalidates = ["/api/me", "/api/subscribers"];

/** Only who chooses vendors or models needs them, and they come soon enough for that. */
const nothingYet: FollowOptions = { vendors: [], models: [] };

/** One's own announcements by mail: an address that one signs in with needs no link to confirm it. */
export function OwnSubscription() {
  const found = useQuery(ownSubscriptionQuery()).data;
  const options = useQuery(followOptionsQuery()).data ?? nothingYet;
  if (found === undefined) return null;
  const { subscription } = found;
  return <Own key={JSON.stringify(subscription)} subscription={subscription} options={options} />;
}

function Own({ subscription, options }: { subscription: Subscription | null; options: FollowOptions }) {
  const t = useTranslations("subscription");
  const locale = useLocale();
  const isOn = subscription?.state === "confirmed";
  const [follow, setFollow] = useState(() => followValues(isOn ? subscription : null, locale));
  const save = useApiMutation<FollowValues, Subscription>({
    send: (body) => ({ method: "PUT", path: "/api/me/subscription", body }),
    invalidates,
    onSaved: () => notifications.show({ color: "green", message: t("saved") }),
  });
  const end = useApiMutation<void, void>({
    send: () => ({ method: "DELETE", path: "/api/me/subscription" }),
    invalidates,
  });
  if (subscription?.state === "suppressed")
    return <p className={classes.text}>{t("suppressed", { email: subscription.email })}</p>;
  const fields = save.error?.fields ?? {};
  return (
    <div className={classes.form}>
      <p className={classes.text}>{isOn ? t("on", { email: subscription.email }) : t("off")}</p>
      {save.error !== null && Object.keys(fields).length === 0 && (
        <Alert color="red" variant="light" role="alert">
          {save.error.message}
        </Alert>
      )}
      <FollowFields
        values={follow}
        onChange={setFollow}
        options={options}
        error={fields.vendors ?? fields.models}
      />
      <Group gap="xs">
        <Button
          variant={isOn ? "default" : "filled"}
          loading={save.isPending}
          onClick={() => save.mutate(follow)}
        >
          {t(isOn ? "save" : "turnOn")}
        </Button>
        {isOn && (
          <Button variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            {t("unsubscribe")}
          </Button>
        )}
      </Group>
    </div>
  );
}
