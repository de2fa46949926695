"use client";

import { Button, Loader } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { logsQuery } from "#lib/api/queries";
import type { CreatedKey } from "#lib/keys/schema";
import type { LogRow } from "#lib/logs/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { durationText } from "../common/duration.ts";
import { StateBadge } from "../common/state-badge.tsx";
import { curlExample } from "../shell/curl-example.ts";
import { useExampleModel } from "../shell/use-example-model.ts";
import classes from "./overview.module.css";

type Props = { apiKey: CreatedKey | null; row: LogRow | undefined; onDone: () => void };

/** A curl to paste; its row appears below it as soon as it has been settled, and leads to its bill. */
export function CallStep({ apiKey, row, onDone }: Props) {
  const t = useTranslations("overview.steps.call");
  const model = useExampleModel();
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => "",
  );
  return (
    <>
      <p>{t("text")}</p>
      <CodeBlock code={curlExample(origin, apiKey?.secret ?? "sk-tg-…", model)} label={t("title")} />
      <p className={classes.arrival} aria-live="polite">
        {row === undefined ? (
          <>
            <Loader size={14} /> {t("waiting")}
          </>
        ) : (
          <>
            <StateBadge tone={row.status < 400 ? "ok" : "bad"}>
              {t("arrived", {
                status: row.errorCode ?? row.status,
                model: row.model ?? "–",
                latency: durationText(row.latencyMs),
              })}
            </StateBadge>
            <Button component={Link} size="compact-sm" variant="default" href={`/logs?row=${row.requestId}`}>
              {t("bill")}
            </Button>
          </>
        )}
        <Button size="compact-sm" variant={row === undefined ? "subtle" : "filled"} onClick={onDone}>
          {t("go")}
        </Button>
      </p>
    </>
  );
}

/** The newest call of the key that was just made, or of any; asked every second while `isAwaited`. */
export function useFirstCall(apiKey: CreatedKey | null, isAwaited: boolean): LogRow | undefined {
  const filter = apiKey === null ? {} : { keyId: apiKey.id };
  const query = logsQuery({ ...filter, limit: 1 });
  const { data } = useInfiniteQuery({ ...query, refetchInterval: 1_000, enabled: isAwaited });
  return isAwaited ? data?.pages[0]?.items[0] : undefined;
}

function neverChanges(): () => void {
  return () => {};
}
