"use client";

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { jobRunsQuery } from "#lib/api/queries";
import type { JobAnswer, JobRunAnswer } from "#lib/jobs/schema";
import { Ago } from "../common/ago.tsx";
import { Facts, SheetSection } from "../common/facts.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { durationText, JobSchedule, useJobName } from "./job-words.tsx";
import classes from "./jobs.module.css";
import { RunResult, RunState } from "./run-state.tsx";

type Props = SheetSteps & { job: JobAnswer };

/** One job: what it does, when it runs, how its runs went; and the button that runs it now. */
export function JobSheet({ job, ...sheet }: Props) {
  const t = useTranslations("jobs");
  const nameOf = useJobName();
  const name = nameOf(job.name);
  const about = useAbout(job.name);
  return (
    <RowSheet
      label={name}
      title={
        <>
          <span>{name}</span>
          <RunState run={job.lastRun} />
        </>
      }
      {...sheet}
    >
      <RunNow job={job} />
      {about !== undefined && (
        <Text size="sm" mb="md">
          {about}
        </Text>
      )}
      <Facts
        facts={[
          { name: t("schedule"), value: <JobSchedule job={job} /> },
          { name: t("nextRun"), value: <Ago at={job.nextRunAt} /> },
          { name: t("failures"), value: job.failures },
        ]}
      />
      <SheetSection title={t("runs")}>
        <Runs name={job.name} />
      </SheetSection>
    </RowSheet>
  );
}

function RunNow({ job }: { job: JobAnswer }) {
  const t = useTranslations("jobs");
  const nameOf = useJobName();
  const run = useApiMutation<null, JobRunAnswer>({
    send: () => ({ method: "POST", path: `/api/jobs/${job.name}/run` }),
    invalidates: ["/api/jobs"],
    idempotent: true,
    onSaved: () => notifications.show({ message: t("runStarted", { job: nameOf(job.name) }) }),
  });
  const isUnderWay = job.lastRun?.state === "queued" || job.lastRun?.state === "running";
  if (!useCan("jobs.write")) return null;
  return (
    <Group gap="xs" mb="md">
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={16} />}
        loading={run.isPending}
        disabled={isUnderWay}
        onClick={() => run.mutate(null)}
      >
        {t("run")}
      </Button>
      {run.error !== null && (
        <Text size="sm" c="var(--tg-bad)" role="alert">
          {run.error.message}
        </Text>
      )}
    </Group>
  );
}

function Runs({ name }: { name: string }) {
  const t = useTranslations("jobs");
  const pages = useInfiniteQuery({ ...jobRunsQuery(name), refetchInterval: 3_000 });
  const runs = pages.data?.pages.flatMap((page) => page.items) ?? [];
  if (pages.data !== undefined && runs.length === 0) return <Text size="sm">{t("noRuns")}</Text>;
  return (
    <ul className={classes.runs}>
      {runs.map((run) => (
        <li key={run.id}>
          <RunState run={run} />
          <Ago at={run.startedAt ?? run.createdAt} />
          <span className={classes.dim}>{durationText(run.durationMs)}</span>
          <span className={classes.dim}>
            {run.startedBy === "" ? t("bySchedule") : t("by", { name: run.startedBy })}
          </span>
          <span className={classes.result}>
            <RunResult run={run} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function useAbout(name: string): string | undefined {
  const t = useTranslations("jobs.abouts");
  return t.has(name as never) ? t(name as never) : undefined;
}
