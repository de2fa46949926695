"use client";

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { channelsQuery } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./overview.module.css";

/** Where calls go: a provider of one's own, or the simulator at a click. */
export function ChannelStep({ isOpen, isDone }: { isOpen: boolean; isDone: boolean }) {
  const t = useTranslations("overview.steps.channel");
  const channels = useInfiniteQuery(channelsQuery());
  const names = channels.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? [];
  const simulate = useApiMutation<null, Channel>({
    send: () => ({
      method: "POST",
      path: "/api/channels",
      body: {
        name: "Simulator",
        provider: "simulator",
        baseUrl: "https://simulator.invalid/v1",
        models: ["sim-chat", "gpt-4o-mini"],
      },
    }),
    invalidates: ["/api/channels"],
    idempotent: true,
  });
  if (isDone) return <p>{names.length > 0 && t("ready", { names: names.slice(0, 3).join(", ") })}</p>;
  return (
    <>
      <p>{t("text")}</p>
      {isOpen && (
        <div className={classes.stepForm}>
          <Button component={Link} href="/channels?new=true">
            {t("action")}
          </Button>
          <Button variant="default" loading={simulate.isPending} onClick={() => simulate.mutate(null)}>
            {t("simulator")}
          </Button>
          {simulate.error !== null && <span role="alert">{simulate.error.message}</span>}
        </div>
      )}
    </>
  );
}
