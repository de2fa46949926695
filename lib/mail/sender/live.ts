import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { type Supervised, supervise } from "#lib/runtime/supervise";
import { releaseClaims } from "../claim-store.ts";
import { firstPace, type Pace } from "../pace.ts";
import type { MailServerConfig } from "../server-address.ts";
import { currentMailServer } from "../server-service.ts";
import type { Attachment } from "../smtp/send.ts";
import { sendAllDue } from "./round-live.ts";

/** What keeps mail from going out, as this node sees it. */
export type SendingTrouble = { reason: string; since: string; nextTryAt: string };
export type MailSender = { trouble(): SendingTrouble | null; stop(): Promise<void> };

type Options = {
  /** This node's name in its claims. */
  by: string;
  /** Nobody else sends under this name: what an earlier process has claimed under it is free. */
  isOwnName: boolean;
} & Partial<typeof defaults>;

const defaults = {
  tickMs: 1_000,
  /** Most mails on their way at a time, each over a connection of its own; as many as the server bears. */
  lanes: 8,
  /** Longest that one mail may take; its claim lasts longer. */
  deadlineMs: 90_000,
  leaseMs: 120_000,
  /** Longest silence of the server. */
  idleMs: 30_000,
  firstRetryMs: 30_000,
  /** After trouble with the server itself, for all mails. */
  firstPauseMs: 5_000,
  maxPauseMs: 300_000,
  giveUpAfterMs: 48 * 3_600_000,
  random: Math.random,
  /** Told of an address that the server knows for good to take nothing. */
  onBounce: async (_address: string, _reason: string): Promise<void> => {},
  /** Makes the document that a mail names, in its language; undefined: it cannot, and the mail is not sent without it. */
  attach: async (_attachment: string, _locale: string): Promise<Attachment | undefined> => undefined,
};

/** What the lanes of one sender have in common. */
export type Sender = typeof defaults & {
  by: string;
  config: MailServerConfig;
  trouble: (SendingTrouble & { failures: number }) | null;
  pace: Pace;
  /** Connections that broke off since the server last took a mail. */
  cuts: number;
};

/**
 * Sends what stands in the outbox, for as long as this node runs. Every node may: a mail is claimed by one. Without a mail
 * server nothing happens, and mails stay readable in the outbox.
 */
export function startMailSender({ by, isOwnName, ...given }: Options): MailSender {
  const tuning = { ...defaults, ...given, by };
  const state: { sender: Sender | undefined } = { sender: undefined };
  const part: Supervised = supervise({
    name: "mail-sender",
    maxPauseMs: 30_000,
    async run(life) {
      await releaseClaims(isOwnName ? by : null);
      while (!life.signal.aborted) {
        state.sender = renewed(state.sender, await currentMailServer(), tuning);
        await releaseClaims(null);
        if (state.sender !== undefined) await sendAllDue(state.sender, life.signal);
        life.up();
        await life.pause(tuning.tickMs);
      }
    },
  });
  return setSingleton<MailSender>("mail-sender", {
    trouble: () => state.sender?.trouble ?? null,
    async stop() {
      clearSingleton("mail-sender");
      await part.stop();
    },
  });
}

/** The same sender while the server is the same; another server gets a fresh start. */
function renewed(
  standing: Sender | undefined,
  config: MailServerConfig | undefined,
  tuning: typeof defaults & { by: string },
): Sender | undefined {
  if (config === undefined) return undefined;
  if (standing !== undefined && JSON.stringify(standing.config) === JSON.stringify(config)) return standing;
  return { ...tuning, config, trouble: null, pace: firstPace, cuts: 0 };
}
