"use client";

import { Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { Subscriber } from "#lib/subscribers/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

/** Sends nothing to an address any more, with a reason. */
export function SuppressForm({ subscriber, onClose }: { subscriber: Subscriber; onClose: () => void }) {
  const t = useTranslations("subscribers");
  const { id, email } = subscriber;
  const [reason, setReason] = useState("");
  const save = useApiMutation<string, Subscriber>({
    send: (given) => ({ method: "POST", path: `/api/subscribers/${id}/suppress`, body: { reason: given } }),
    invalidates: ["/api/subscribers", "/api/outbox"],
    onSaved: () => {
      notifications.show({ message: t("suppressed", { email }) });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(reason.trim());
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("suppressTitle", { email })}
      action={t("suppress")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={["reason"]}
    >
      <Text>{t("suppressText")}</Text>
      <TextInput
        label={t("suppressReason")}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={save.error?.fields.reason}
        data-autofocus
      />
    </FormDrawer>
  );
}
