"use client";

import { Alert, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { mailQuery } from "#lib/api/queries";
import type { MailDetail } from "#lib/mail/schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { MailPreview } from "./mail-preview.tsx";
import { MailState } from "./mail-state.tsx";
import { useMailKind } from "./outbox-params.ts";

type Props = SheetSteps & { id: string };

/** One mail: what became of it, what the server said, how it looks. */
export function MailSheet({ id, ...sheet }: Props) {
  const query = useQuery({
    ...mailQuery(id),
    refetchInterval: ({ state }) => (isMoving(state.data) ? 1_500 : false),
  });
  const mail = query.data;
  return (
    <RowSheet
      label={mail?.subject ?? id}
      title={
        mail !== undefined && (
          <>
            <span>{mail.subject}</span>
            <MailState state={mail.state} />
          </>
        )
      }
      {...sheet}
    >
      {mail === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {mail !== undefined && (
        <>
          <MailActions mail={mail} />
          <MailFacts mail={mail} />
          <MailPreview mail={mail} />
        </>
      )}
    </RowSheet>
  );
}

function isMoving(mail: MailDetail | undefined): boolean {
  return mail?.state === "queued" || mail?.state === "sending" || mail?.state === "retry";
}

function MailActions({ mail }: { mail: MailDetail }) {
  const t = useTranslations("outbox");
  const mayWrite = useCan("outbox.write");
  const resend = useApiMutation<null, MailDetail>({
    send: () => ({ method: "POST", path: `/api/outbox/${mail.id}/resend` }),
    invalidates: ["/api/outbox"],
    onSaved: () => notifications.show({ message: t("resent") }),
  });
  const isWaiting = mail.state === "queued" || mail.state === "retry";
  return (
    <>
      {mail.state === "in_doubt" && (
        <Alert color="yellow" variant="light" mb="md">
          {t("inDoubt")}
        </Alert>
      )}
      {mayWrite && (
        <Group gap="xs" mb="md">
          <Button
            variant="default"
            leftSection={<IconSend size={16} />}
            loading={resend.isPending}
            disabled={mail.state === "sending"}
            onClick={() => resend.mutate(null)}
          >
            {isWaiting ? t("sendNow") : t("resend")}
          </Button>
          {resend.error !== null && (
            <Text size="sm" c="var(--tg-bad)" role="alert">
              {resend.error.message}
            </Text>
          )}
        </Group>
      )}
    </>
  );
}

function MailFacts({ mail }: { mail: MailDetail }) {
  const t = useTranslations("outbox");
  const kindOf = useMailKind();
  const { lastError, nextTryAt, sentAt } = mail;
  return (
    <>
      <Facts
        facts={[
          { name: t("to"), value: mail.to },
          { name: t("kind"), value: `${kindOf(mail.template)}, ${t(`languages.${mail.locale}`)}` },
          ...(mail.attachment === null
            ? []
            : [{ name: t("attachment"), value: t(`attachments.${mail.attachment}`) }]),
          ...(lastError === null ? [] : [{ name: t("lastError"), value: lastError }]),
          { name: t("tries"), value: mail.tries },
          ...(nextTryAt === null ? [] : [{ name: t("nextTry"), value: <Ago at={nextTryAt} /> }]),
          { name: t("created"), value: <Ago at={mail.createdAt} /> },
          ...(sentAt === null ? [] : [{ name: t("sent"), value: <Ago at={sentAt} /> }]),
          { name: t("messageId"), value: <Id value={mail.messageId} /> },
        ]}
      />
      {mail.hidesToken && (
        <Text size="sm" c="dimmed" mt="md">
          {t("hidesToken")}
        </Text>
      )}
    </>
  );
}
