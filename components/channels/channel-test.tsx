"use client";

import { Button } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { Channel, ChannelTest } from "#lib/channels/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./channels.module.css";

/** One small call through the channel: the button, and beside it what the last one showed. */
export function ChannelTestButton({ channel, model }: { channel: Channel; model?: string | undefined }) {
  const t = useTranslations("channels");
  const test = useApiMutation<{ model?: string }, ChannelTest>({
    send: (body) => ({ method: "POST", path: `/api/channels/${channel.id}/test`, body }),
    invalidates: ["/api/channels"],
  });
  return (
    <span className={classes.test}>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconActivity size={13} />}
        loading={test.isPending}
        onClick={() => test.mutate(model === undefined ? {} : { model })}
      >
        {t("test")}
      </Button>
      <span aria-live="polite" className={classes.testResult}>
        {test.error !== null && <StateBadge tone="bad">{test.error.message}</StateBadge>}
        {test.error === null && test.data !== undefined && <TestResult result={test.data} />}
        {test.error === null && test.data === undefined && <LastTest channel={channel} />}
      </span>
    </span>
  );
}

function TestResult({ result }: { result: ChannelTest }) {
  const t = useTranslations("channels");
  if (result.ok)
    return <StateBadge tone="ok">{t("testOk", { ms: Math.round(result.latencyMs) })}</StateBadge>;
  const reason = [result.status, result.errorClass].filter((part) => part !== null).join(" · ");
  return <StateBadge tone="bad">{reason === "" ? t("testFailed") : reason}</StateBadge>;
}

function LastTest({ channel: { lastTest } }: { channel: Channel }) {
  if (lastTest === null) return null;
  return (
    <StateBadge tone={lastTest.ok ? "ok" : "bad"} plain>
      <Ago at={lastTest.at} />
    </StateBadge>
  );
}
