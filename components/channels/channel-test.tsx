"use client";

import { Button, Loader } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { Channel, ChannelTest } from "#lib/channels/schema";
import { Ago } from "../common/ago.tsx";
import { durationText } from "../common/duration.ts";
import { useFaultWord } from "../common/fault-word.ts";
import { StateBadge } from "../common/state-badge.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./channels.module.css";
import type { TestState } from "./use-channel-tests.ts";

/** One small call through the channel: the button, and beside it what the last one showed. */
export function ChannelTestButton({ channel }: { channel: Channel }) {
  const test = useApiMutation<undefined, ChannelTest>({
    send: () => ({ method: "POST", path: `/api/channels/${channel.id}/test`, body: {} }),
    invalidates: ["/api/channels"],
  });
  return (
    <span className={classes.test}>
      <TestButton isBusy={test.isPending} onClick={() => test.mutate(undefined)} />
      <span aria-live="polite" className={classes.testResult}>
        {test.error !== null && <StateBadge tone="bad">{test.error.message}</StateBadge>}
        {test.error === null && test.data !== undefined && <TestResult result={test.data} isShort />}
        {test.error === null && test.data === undefined && <LastTest channel={channel} />}
      </span>
    </span>
  );
}

/** A model's test among those of its channel. */
export function ModelTest({ test, onTest }: { test: TestState | undefined; onTest: () => void }) {
  const t = useTranslations("channels");
  const isOpen = test?.state === "waiting" || test?.state === "running";
  return (
    <span className={classes.test}>
      <TestButton isBusy={test?.state === "running"} isDisabled={isOpen} onClick={onTest} />
      <span aria-live="polite" className={classes.testResult}>
        {test?.state === "waiting" && <span className={classes.dim}>{t("testWaits")}</span>}
        {test?.state === "running" && <Loader size={14} aria-label={t("testRuns")} />}
        {test?.state === "done" && <TestResult result={test.result} />}
        {test?.state === "refused" && <StateBadge tone="bad">{test.message}</StateBadge>}
      </span>
    </span>
  );
}

type ButtonProps = { isBusy: boolean; isDisabled?: boolean; onClick: () => void };

function TestButton({ isBusy, isDisabled = false, onClick }: ButtonProps) {
  const t = useTranslations("channels");
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<IconActivity size={13} />}
      loading={isBusy}
      disabled={isDisabled}
      onClick={onClick}
    >
      {t("test")}
    </Button>
  );
}

/** `isShort`: for the list, which says by the icon that it went well, and the rest on hovering. */
function TestResult({ result, isShort = false }: { result: ChannelTest; isShort?: boolean }) {
  const t = useTranslations("channels");
  const wordOf = useFaultWord();
  const { ok, status, errorClass, latencyMs, by } = result;
  const ms = Math.round(latencyMs);
  const reason = [status, errorClass === null ? null : wordOf(errorClass)].filter((part) => part !== null);
  const worked = by === "list" ? t("testAnswers", { ms }) : t("testOk", { ms });
  const text = ok ? worked : reason.length === 0 ? t("testFailed") : reason.join(" · ");
  return (
    <span title={text}>
      <StateBadge tone={ok ? "ok" : "bad"} plain={isShort}>
        {isShort && ok ? durationText(ms) : text}
      </StateBadge>
    </span>
  );
}

function LastTest({ channel: { lastTest } }: { channel: Channel }) {
  if (lastTest === null) return null;
  return (
    <StateBadge tone={lastTest.ok ? "ok" : "bad"} plain>
      <Ago at={lastTest.at} />
    </StateBadge>
  );
}
