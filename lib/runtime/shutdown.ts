import { singleton } from "./singletons.ts";

/** The two moments at which a process that was asked to end says so to whoever is at work. */
export type Shutdown = {
  /** Aborted at once: not ready any more, new calls are refused, running ones go on. */
  readonly stopping: AbortSignal;
  /** Aborted when the patience with running calls is over: streams end with their protocol's error event. */
  readonly deadline: AbortSignal;
  begin(): void;
  expire(): void;
};

/** This process's shutdown; nothing is aborted while it is to live. */
export function shutdown(): Shutdown {
  return singleton("shutdown", () => {
    const stopping = new AbortController();
    const deadline = new AbortController();
    return {
      stopping: stopping.signal,
      deadline: deadline.signal,
      begin: () => stopping.abort(),
      expire: () => deadline.abort(),
    };
  });
}
