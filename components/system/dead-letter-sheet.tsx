"use client";

import { Alert, Button } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { deadLetterQuery } from "#lib/api/queries";
import type { DeadLetter, RetryOutcome } from "#lib/settlement/schema";
import { Ago } from "../common/ago.tsx";
import { CodeBlock } from "../common/code-block.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { Id } from "../common/id.tsx";
import { Money } from "../common/money.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { DeadReason } from "./dead-reason.tsx";
import classes from "./system.module.css";
import { DeadState } from "./use-dead-letter-columns.tsx";

type Props = SheetSteps & {
  id: string;
  known: DeadLetter | undefined;
};

/** One refused bill: why, what writing it does, and the row as it was set aside. */
export function DeadLetterSheet({ id, known, ...sheet }: Props) {
  const t = useTranslations("deadLetters");
  const query = useQuery({
    ...deadLetterQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const letter = query.data;
  const title = (
    <>
      <span>{letter?.accountName ?? t("title")}</span>
      {letter !== undefined && <DeadState state={letter.state} />}
    </>
  );
  return (
    <RowSheet label={t("letter", { id })} title={title} {...sheet}>
      {letter === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {letter !== undefined && (
        <>
          <Retry letter={letter} />
          <SheetSection title={t("details")}>
            <LetterFacts letter={letter} />
          </SheetSection>
          <SheetSection title={t("row")}>
            <CodeBlock code={JSON.stringify(letter.row, null, 2)} label={t("row")} />
          </SheetSection>
        </>
      )}
    </RowSheet>
  );
}

type Retried = { outcome: RetryOutcome; deadLetter: DeadLetter };

function Retry({ letter }: { letter: DeadLetter }) {
  const t = useTranslations("deadLetters");
  const mayWrite = useCan("ledger.write");
  const retry = useApiMutation<void, Retried>({
    send: () => ({ method: "POST", path: `/api/dead-letters/${letter.id}/retry` }),
    invalidates: ["/api/dead-letters", "/api/accounts", "/api/logs", "/api/alerts", "/api/nodes"],
  });
  const account = letter.accountName ?? letter.accountId ?? t("nobody");
  return (
    <div className={classes.action}>
      {!letter.readable && <p>{t("unreadable")}</p>}
      {letter.state === "open" && letter.readable && (
        <>
          <p>{t("charges", { account, cost: letter.cost ?? "0" })}</p>
          {mayWrite && (
            <Button
              leftSection={<IconRefresh size={16} />}
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              {t("retry")}
            </Button>
          )}
        </>
      )}
      <div aria-live="polite">
        {retry.error !== null && <Alert color="red">{retry.error.message}</Alert>}
        {retry.data !== undefined && (
          <Alert color={retry.data.outcome === "written" ? "petrol" : "yellow"}>
            {t.rich(`outcomes.${retry.data.outcome}`, { reason: retry.data.deadLetter.reason })}
          </Alert>
        )}
      </div>
    </div>
  );
}

function LetterFacts({ letter }: { letter: DeadLetter }) {
  const t = useTranslations("deadLetters");
  const { accountId, accountName, requestId, nodeId } = letter;
  const isWritten = letter.state === "written" && requestId !== null;
  return (
    <Facts
      facts={[
        { name: t("reason"), value: <DeadReason reason={letter.reason} /> },
        { name: t("cost"), value: letter.cost === null ? "–" : <Money value={letter.cost} /> },
        {
          name: t("account"),
          value:
            accountName === null ? (
              <Id value={accountId} full />
            ) : (
              <Link href={`/accounts/${accountId}`}>{accountName}</Link>
            ),
        },
        { name: t("model"), value: letter.model ?? "–" },
        { name: t("httpStatus"), value: letter.status ?? "–" },
        { name: t("time"), value: <Ago at={letter.at} /> },
        { name: t("writtenAt"), value: <Ago at={letter.retriedAt} /> },
        {
          name: t("request"),
          value: isWritten ? (
            <Link href={`/logs?row=${requestId}`}>{requestId}</Link>
          ) : (
            <Id value={requestId} full />
          ),
        },
        { name: t("node"), value: <Link href={`/nodes?row=${nodeId}`}>{nodeId}</Link> },
        { name: t("seq"), value: letter.seq ?? "–" },
      ]}
    />
  );
}
