"use client";

import { Alert, Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { subscriberQuery } from "#lib/api/queries";
import type { Subscriber } from "#lib/subscribers/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useFollowSum } from "./follow-sum.tsx";
import { SubscriberState } from "./subscriber-state.tsx";

const SuppressForm = dynamic(() => import("./suppress-form.tsx").then((module) => module.SuppressForm), {
  ssr: false,
});

type Props = SheetSteps & { id: string };

/** One subscriber: what they follow, by what consent, and why nothing goes to them any more. */
export function SubscriberSheet({ id, ...sheet }: Props) {
  const { data: subscriber, error, refetch } = useQuery(subscriberQuery(id));
  const mayWrite = useCan("subscribers.write");
  return (
    <RowSheet
      label={subscriber?.email ?? id}
      title={
        subscriber !== undefined && (
          <>
            <span>{subscriber.email}</span>
            <SubscriberState state={subscriber.state} />
          </>
        )
      }
      {...sheet}
    >
      {subscriber === undefined && error !== null && (
        <ErrorState error={error} onRetry={() => void refetch()} />
      )}
      {subscriber !== undefined && (
        <>
          {mayWrite && <Actions subscriber={subscriber} onGone={sheet.onClose} />}
          <SubscriberFacts subscriber={subscriber} />
        </>
      )}
    </RowSheet>
  );
}

function SubscriberFacts({ subscriber }: { subscriber: Subscriber }) {
  const t = useTranslations("subscribers");
  const sum = useFollowSum();
  const { name, reason, consent, userId, confirmedAt, endedAt, askedAt, id } = subscriber;
  return (
    <Facts
      facts={[
        ...(name === "" ? [] : [{ name: t("name"), value: name }]),
        { name: t("follows"), value: sum(subscriber) },
        ...(reason === "" ? [] : [{ name: t("reason"), value: reason }]),
        { name: t("consent"), value: consent || "–" },
        { name: t("asked"), value: <Ago at={askedAt} /> },
        ...(confirmedAt === null ? [] : [{ name: t("confirmed"), value: <Ago at={confirmedAt} /> }]),
        ...(endedAt === null ? [] : [{ name: t("ended"), value: <Ago at={endedAt} /> }]),
        ...(userId === null ? [] : [{ name: t("user"), value: t("signsIn") }]),
        { name: t("id"), value: <Id value={id} /> },
      ]}
    />
  );
}

function Actions({ subscriber, onGone }: { subscriber: Subscriber; onGone: () => void }) {
  const t = useTranslations("subscribers");
  const { id, email, state } = subscriber;
  const [open, setOpen] = useState<"suppress" | "delete" | null>(null);
  const restore = useApiMutation<void, Subscriber>({
    send: () => ({ method: "POST", path: `/api/subscribers/${id}/restore` }),
    invalidates: ["/api/subscribers"],
    onSaved: () => notifications.show({ color: "green", message: t("restored", { email }) }),
  });
  return (
    <>
      <Group gap="xs" mb="md">
        {state === "suppressed" ? (
          <Button variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
            {t("restore")}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setOpen("suppress")}>
            {t("suppress")}
          </Button>
        )}
        <Button variant="default" c="var(--tg-bad)" onClick={() => setOpen("delete")}>
          {t("delete")}
        </Button>
      </Group>
      {restore.error !== null && (
        <Alert color="red" variant="light" mb="md" role="alert">
          {restore.error.message}
        </Alert>
      )}
      {open === "suppress" && <SuppressForm subscriber={subscriber} onClose={() => setOpen(null)} />}
      {open === "delete" && (
        <ConfirmRemoval
          path={`/api/subscribers/${id}`}
          invalidates={["/api/subscribers"]}
          title={t("deleteTitle", { email })}
          name={email}
          action={t("delete")}
          onClose={() => setOpen(null)}
          onRemoved={() => {
            notifications.show({ message: t("deleted", { email }) });
            onGone();
          }}
        >
          {t("deleteText")}
        </ConfirmRemoval>
      )}
    </>
  );
}
