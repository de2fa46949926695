"use client";

import { Alert, Button, Group, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { tierGrantQuery } from "#lib/api/queries";
import type { TierGrantAnswer } from "#lib/tiers/schema";
import { explain } from "#lib/tiers/words";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { GrantState } from "./grant-state.tsx";
import classes from "./tiers.module.css";

type Props = SheetSteps & { id: string };

/** One offer or grant: why, in figures, and the decision. */
export function GrantSheet({ id, ...sheet }: Props) {
  const t = useTranslations("tiers");
  const mayDecide = useCan("tiers.write");
  const { data: grant, error, refetch } = useQuery(tierGrantQuery(id));
  return (
    <RowSheet
      label={t("grant")}
      title={
        grant !== undefined && (
          <>
            <span>{grant.accountName}</span>
            <GrantState state={grant.state} />
          </>
        )
      }
      {...sheet}
    >
      {grant === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {grant !== undefined && (
        <>
          <SheetSection title={t("why")}>
            <Why grant={grant} />
          </SheetSection>
          {mayDecide && (grant.state === "offered" || grant.state === "granted") && (
            <SheetSection title={t("decide")}>
              <Decide key={grant.state} grant={grant} onDecided={() => void refetch()} />
            </SheetSection>
          )}
          <SheetSection title={t("grant")}>
            <GrantFacts grant={grant} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

function Why({ grant }: { grant: TierGrantAnswer }) {
  const t = useTranslations("tiers");
  const locale = useLocale() === "zh" ? "zh" : "en";
  const lines = [
    grant.figures === null ? t("byHand") : explain(grant.figures, true, locale),
    explain(grant.endFigures, false, locale),
    grant.reason,
  ];
  return lines
    .filter((line) => line !== "")
    .map((line) => (
      <p key={line} className={classes.why}>
        {line}
      </p>
    ));
}

function GrantFacts({ grant }: { grant: TierGrantAnswer }) {
  const t = useTranslations("tiers");
  const account = (
    <Link className={classes.link} href={`/accounts/${grant.accountId}`}>
      {grant.accountName}
    </Link>
  );
  const ended = grant.endedAt !== null && { name: t("ended"), value: <Ago at={grant.endedAt} /> };
  const facts = [
    { name: t("account"), value: account },
    { name: t("tier"), value: grant.tierName },
    { name: t("reward"), value: t(`rewards.${grant.reward}`, { percent: grant.percent }) },
    { name: t("since"), value: <Ago at={grant.createdAt} /> },
    grant.state !== "offered" && { name: t("decidedBy"), value: grant.decidedBy ?? t("byItself") },
    ended,
    grant.endedAt !== null && { name: t("endedBy"), value: grant.endedBy ?? t("byItself") },
  ];
  return <Facts facts={facts.filter((fact) => fact !== false)} />;
}

type Decision = { way: "approve" | "decline" | "end"; reason: string };

function Decide({ grant, onDecided }: { grant: TierGrantAnswer; onDecided: () => void }) {
  const t = useTranslations("tiers");
  const [reason, setReason] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const save = useApiMutation<Decision, TierGrantAnswer>({
    send: ({ way, reason }) => ({
      method: "POST",
      path: `/api/tier-grants/${grant.id}/${way}`,
      body: reason === "" ? {} : { reason },
    }),
    invalidates: ["/api/tier-grants", "/api/tiers", "/api/accounts", "/api/audit-log", "/api/outbox"],
    onSaved: ({ state }) => {
      notifications.show({ color: "green", message: t(`decided.${state}`) });
      onDecided();
    },
  });
  const send = (way: Decision["way"]) => {
    if (way === "end" && reason.trim() === "") return setIsMissing(true);
    save.mutate({ way, reason: reason.trim() }, { onError: onDecided });
  };
  return (
    <>
      {save.error !== null && (
        <Alert color="red" variant="light" role="alert">
          {save.error.message}
        </Alert>
      )}
      <Textarea
        label={t("reason")}
        description={t(grant.state === "offered" ? "reasonHelp" : "endHelp")}
        autosize
        minRows={2}
        maxLength={1000}
        value={reason}
        error={isMissing && reason.trim() === "" ? t("sayWhy") : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group gap="xs" mt="sm">
        {grant.state === "offered" ? (
          <>
            <Button loading={save.isPending} onClick={() => send("approve")}>
              {t("approve")}
            </Button>
            <Button
              variant="default"
              c="var(--tg-bad)"
              disabled={save.isPending}
              onClick={() => send("decline")}
            >
              {t("decline")}
            </Button>
          </>
        ) : (
          <Button variant="default" c="var(--tg-bad)" loading={save.isPending} onClick={() => send("end")}>
            {t("end")}
          </Button>
        )}
      </Group>
    </>
  );
}
