"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { apiGet, type QueryParams } from "#lib/api/client";
import type { logsQuery, Page } from "#lib/api/queries";
import type { LogRow } from "#lib/logs/schema";
import { prependFresh } from "./prepend-fresh.ts";

const pollMs = 2000;
const nobody: ReadonlySet<string> = new Set();

/**
 * While live, asks every 2 s for the newest page of the list and puts what is new on top; answers the ids that
 * came with the last poll. Polling rests while the page is hidden.
 */
export function useLiveRows(list: ReturnType<typeof logsQuery>, isLive: boolean): ReadonlySet<string> {
  const queryClient = useQueryClient();
  const [path, params] = list.queryKey;
  const [fresh, setFresh] = useState(nobody);
  useQuery({
    queryKey: ["live", path, params],
    enabled: isLive,
    refetchInterval: pollMs,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const newest = await apiGet<Page<LogRow>>(path, { ...(params as QueryParams), limit: 100 }, signal);
      const before = queryClient.getQueryData(list.queryKey);
      const { data, freshIds } = prependFresh(before, newest);
      if (freshIds.size > 0) queryClient.setQueryData(list.queryKey, data);
      setFresh(freshIds.size > 0 ? freshIds : nobody);
      return freshIds.size;
    },
  });
  return isLive ? fresh : nobody;
}
