"use client";

import { useQuery } from "@tanstack/react-query";
import { findSoldModels } from "./find-options.ts";
import { useCan } from "./me.tsx";

/** A model that a first call can name: the simulator's if it is there, else one that is sold. */
export function useExampleModel(): string {
  const { data = [] } = useQuery({
    queryKey: ["search", "sold-models"],
    queryFn: findSoldModels,
    staleTime: 60_000,
    enabled: useCan("models.read"),
  });
  return data.includes("sim-chat") ? "sim-chat" : (data[0] ?? "sim-chat");
}
