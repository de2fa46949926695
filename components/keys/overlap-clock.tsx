"use client";

import { useInterval } from "@mantine/hooks";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { timeLeft } from "./time-left.ts";

/** How long the old secret still works, running down while one looks. */
export function OverlapClock({ until }: { until: string }) {
  const t = useTranslations("keys.rotate");
  const [nowMs, setNowMs] = useState(() => Date.now());
  useInterval(() => setNowMs(Date.now()), 1000, { autoInvoke: true });
  const leftMs = Date.parse(until) - nowMs;
  return (
    <span suppressHydrationWarning>{leftMs <= 0 ? t("over") : t("overlap", { left: timeLeft(leftMs) })}</span>
  );
}
