"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { type ApiProblem, apiSend, type Send } from "#lib/api/client";

type Options<Input, Result> = {
  send: (input: Input) => Send;
  /** Paths whose cached answers the write makes old, with all below them. */
  invalidates: readonly string[];
  /** Sends an Idempotency-Key: a click repeated after a lost answer makes nothing twice. */
  idempotent?: boolean;
  onSaved?: (result: Result, input: Input) => void;
};

/** A write: refreshes what it changed, keeps its key until the server has answered. */
export function useApiMutation<Input, Result>({
  send,
  invalidates,
  idempotent = false,
  onSaved,
}: Options<Input, Result>) {
  const queryClient = useQueryClient();
  const key = useRef<string | null>(null);
  return useMutation<Result, ApiProblem, Input>({
    mutationFn: (input) => {
      key.current ??= idempotent ? randomKey() : null;
      return apiSend<Result>({
        ...send(input),
        ...(key.current === null ? {} : { idempotencyKey: key.current }),
      });
    },
    onSuccess: (result, input) => {
      key.current = null;
      void invalidate(queryClient, [...invalidates, "/api/overview"]);
      onSaved?.(result, input);
    },
    onError: (problem) => {
      // A refusal made nothing, so what is sent next is another attempt; after a lost answer it may be the same one.
      if (problem.status >= 400 && problem.status < 500) key.current = null;
    },
  });
}

/** Makes cached answers old: those of the paths and of everything below them. */
export function invalidate(queryClient: QueryClient, paths: readonly string[]): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey: [path] }) =>
      typeof path === "string" && paths.some((each) => path === each || path.startsWith(`${each}/`)),
  });
}

/** randomUUID exists only on https; a console on a private network may be served by http. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
