"use client";

import { useQuery } from "@tanstack/react-query";
import { appliedLimitsQuery } from "#lib/api/queries";
import type { AppliedLimit } from "#lib/limits/schema";
import { useCan } from "./me.tsx";

const limited = ["rpm", "tpm", "ipm", "vpm", "apm", "concurrency"];

/** The strictest limit in force on a metric of one key and one model; null where none is, or not both are named. */
export function useAppliedLimit(
  metric: string,
  { keyId, model }: { keyId?: string | null | undefined; model?: string | null | undefined },
): AppliedLimit | null {
  const maySee = useCan("limits.read");
  const isAsked =
    maySee && limited.includes(metric) && Boolean(keyId) && Boolean(model) && !model?.includes("*");
  const { data } = useQuery({
    ...appliedLimitsQuery(keyId ?? "", model ?? ""),
    enabled: isAsked,
    staleTime: 30_000,
    retry: false,
  });
  const ofMetric = (isAsked ? (data?.items ?? []) : []).filter((one) => one.metric === metric && !one.shadow);
  return ofMetric.toSorted((left, right) => left.limit - right.limit)[0] ?? null;
}
