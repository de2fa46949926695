import type pg from "pg";
import { listenTo } from "#lib/db/listen";

export type RecallListener = {
  /** Whether recalls arrive now. */
  listening(): boolean;
  stop(): Promise<void>;
};

/**
 * Hears other nodes ask for what is free of an account. While the listener is lost, money that is idle here comes back
 * with the next round of give-backs.
 */
export function listenForRecalls(
  connect: () => pg.Client,
  channel: string,
  nodeId: string,
  onRecall: (accountId: string) => void,
): RecallListener {
  const listener = listenTo({
    part: "recall-listener",
    channel,
    connect,
    onPayload(payload) {
      const [from, accountId] = payload.split(" ");
      if (from !== nodeId && accountId !== undefined) onRecall(accountId);
    },
  });
  return { listening: () => listener.report().state === "running", stop: listener.stop };
}
