import type pg from "pg";

const RECONNECT_MS = 1_000;

export type RecallListener = {
  /** Whether recalls arrive now. */
  listening(): boolean;
  stop(): Promise<void>;
};

/**
 * Hears other nodes ask for what is free of an account, on a connection of its own (a pooler carries no LISTEN) that
 * comes back by itself. While it is lost, money that is idle here comes back with the next round of give-backs.
 */
export function listenForRecalls(
  connect: () => pg.Client,
  channel: string,
  nodeId: string,
  onRecall: (accountId: string) => void,
): RecallListener {
  let stopped = false;
  let listening = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    const fresh = connect();
    client = fresh;
    fresh.on("notification", ({ payload = "" }) => {
      const [from, accountId] = payload.split(" ");
      if (from !== nodeId && accountId !== undefined) onRecall(accountId);
    });
    const again = () => {
      if (stopped || client !== fresh) return;
      client = undefined;
      listening = false;
      retry = setTimeout(() => void open(), RECONNECT_MS);
      retry.unref();
    };
    fresh.on("error", again);
    fresh.on("end", again);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
      listening = true;
    } catch {
      again();
    }
  }

  void open();
  return {
    listening: () => listening,
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
    },
  };
}
