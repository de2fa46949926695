"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend, IconServer } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { MailDetail, MailServerAnswer } from "#lib/mail/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Props = {
  server: MailServerAnswer;
  onEdit: () => void;
  /** Told the test mail's id, to show how it fares. */
  onTest: (id: string) => void;
};

/** Enter or change the mail server; try it on oneself. */
export function ServerActions({ server, onEdit, onTest }: Props) {
  const t = useTranslations("outbox");
  const test = useApiMutation<null, MailDetail>({
    send: () => ({ method: "POST", path: "/api/mail-server/test", body: {} }),
    invalidates: ["/api/outbox"],
    idempotent: true,
    onSaved: ({ id, to }) => {
      notifications.show({ message: t("testQueued", { to }) });
      onTest(id);
    },
  });
  if (server.source === "none") {
    return (
      <Button leftSection={<IconServer size={16} />} onClick={onEdit}>
        {t("setUp")}
      </Button>
    );
  }
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconSend size={16} />}
        loading={test.isPending}
        onClick={() =>
          test.mutate(null, {
            onError: (problem) => notifications.show({ color: "red", message: problem.message }),
          })
        }
      >
        {t("testMe")}
      </Button>
      <Button variant="default" leftSection={<IconServer size={16} />} onClick={onEdit}>
        {t("server")}
      </Button>
    </>
  );
}
