import { loadLayout } from "#lib/mail/compose";
import { log } from "#lib/runtime/log";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { supervise } from "#lib/runtime/supervise";
import { queueUnfinished } from "./mails-service.ts";
import { tellAccounts } from "./own-prices-service.ts";

/** Queues on this node what publishing has left to be told. */
export type AnnouncementMails = {
  /** Looks now; resolves when all that was published before and can be queued stands in the outbox, at the latest after `withinMs`. */
  queued(withinMs: number): Promise<void>;
  stop(): Promise<void>;
};

type Tuning = {
  pollMs?: number;
  /** Readers that are written to in one transaction. */
  chunk?: number;
};

/**
 * Puts the mails of what was published into the outbox, for as long as this node runs: at once what it has published
 * itself, and within `pollMs` what another node or an earlier process of this one has left. What cannot be told holds up
 * nothing else, and is the part's error.
 */
export function startAnnouncementMails({ pollMs = 5_000, chunk }: Tuning = {}): AnnouncementMails {
  let asking: (() => void)[] = [];
  let wake = (): void => {};
  const part = supervise({
    name: "announcement-mails",
    maxPauseMs: 30_000,
    async run(life) {
      // Now, while no calls pass yet that would wait for it.
      await loadLayout();
      while (!life.signal.aborted) {
        const told = asking;
        asking = [];
        const [accounts, readers] = await Promise.allSettled([
          tellAccounts(life.signal),
          queueUnfinished(life.signal, chunk),
        ]);
        // All that can be queued is.
        for (const tell of told) tell();
        if (accounts.status === "rejected") throw accounts.reason;
        if (readers.status === "rejected") throw readers.reason;
        life.up();
        const { mails } = readers.value;
        if (mails + accounts.value > 0) log().info({ mails, accounts: accounts.value }, "mails were queued");
        if (asking.length > 0) continue;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await Promise.race([woken, life.pause(pollMs)]);
      }
    },
  });
  return setSingleton<AnnouncementMails>("announcement-mails", {
    async queued(withinMs) {
      let timer: NodeJS.Timeout | undefined;
      const done = new Promise<void>((resolve) => asking.push(resolve));
      const impatience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      wake();
      await Promise.race([done, impatience]);
      clearTimeout(timer);
    },
    async stop() {
      clearSingleton("announcement-mails");
      await part.stop();
    },
  });
}
