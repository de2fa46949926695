import type pg from "pg";
import { type Supervised, supervise } from "#lib/runtime/supervise";
import { createDirectClient } from "./pool.ts";

type Options = {
  /** The supervised part's name. */
  part: string;
  /** NOTIFY channel. */
  channel: string;
  onPayload: (payload: string) => void;
  /** A connection that no pooler is in front of, not connected yet. */
  connect?: () => pg.Client;
};

/** Hears a NOTIFY channel on a connection of its own, which comes back by itself, within five seconds. */
export function listenTo(options: Options): Supervised {
  const { part, channel, onPayload, connect = createDirectClient } = options;
  return supervise({
    name: part,
    firstPauseMs: 500,
    maxPauseMs: 5_000,
    async run({ signal, up }) {
      const client = connect();
      const lost = Promise.withResolvers<Error>();
      const onAbort = () => lost.resolve(new Error("stopped"));
      client.on("error", lost.resolve);
      client.on("end", () => lost.resolve(new Error("the connection was closed")));
      signal.addEventListener("abort", onAbort);
      client.on("notification", ({ payload = "" }) => onPayload(payload));
      try {
        await client.connect();
        await client.query(`LISTEN ${channel}`);
        up();
        throw await lost.promise;
      } finally {
        signal.removeEventListener("abort", onAbort);
        // A connection that broke may never say goodbye.
        const ended = client.end().catch(() => undefined);
        if (signal.aborted) await ended;
      }
    },
  });
}
