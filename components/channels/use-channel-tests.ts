"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import type { ChannelTest } from "#lib/channels/schema";
import { invalidate } from "../shell/use-api-mutation.ts";

/** How a model's test goes: waiting for its turn, running, or what came of it. */
export type TestState =
  | { state: "waiting" | "running" }
  | { state: "done"; result: ChannelTest }
  | { state: "refused"; message: string };

/** So many test calls run at once: a provider's own limits come first. */
const WIDTH = 4;

/** Tests models of a channel, a few at a time; every result is there as soon as its call has ended. */
export function useChannelTests(channelId: string) {
  const queryClient = useQueryClient();
  const [states, setStates] = useState<ReadonlyMap<string, TestState>>(new Map());
  const running = useRef(false);
  const set = useCallback((model: string, state: TestState) => {
    setStates((before) => new Map(before).set(model, state));
  }, []);
  const run = useCallback(
    async (models: readonly string[]) => {
      if (running.current) return;
      running.current = true;
      const queue = [...models];
      for (const model of queue) set(model, { state: "waiting" });
      const worker = async () => {
        for (let model = queue.shift(); model !== undefined; model = queue.shift()) {
          set(model, { state: "running" });
          set(model, await testModel(channelId, model));
        }
      };
      await Promise.all(Array.from({ length: WIDTH }, worker));
      running.current = false;
      void invalidate(queryClient, ["/api/channels"]);
    },
    [channelId, queryClient, set],
  );
  return { states, run, isRunning: [...states.values()].some(isOpen) };
}

function isOpen({ state }: TestState): boolean {
  return state === "waiting" || state === "running";
}

async function testModel(channelId: string, model: string): Promise<TestState> {
  try {
    const path = `/api/channels/${channelId}/test`;
    return { state: "done", result: await apiSend<ChannelTest>({ method: "POST", path, body: { model } }) };
  } catch (error) {
    return { state: "refused", message: error instanceof ApiProblem ? error.message : String(error) };
  }
}
