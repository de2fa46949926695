import { readSettings } from "#lib/settings/store";
import { type ClaimedMail, claimMails, giveBack, queueInDoubt } from "../claim-store.ts";
import { deliver, type Lane } from "./deliver-send.ts";
import type { Sender } from "./live.ts";
import { mustWait } from "./trouble.ts";

/** Mails that are claimed and wait for a lane, and the lanes that run. */
type Round = {
  held: { mail: ClaimedMail; sinceMs: number; isUrgent: boolean }[];
  isDry: boolean;
  claiming: Promise<void> | undefined;
  lanes: Set<Promise<void>>;
  failed: unknown[];
};

/** Sends all that is due, over as many connections as the server bears, until nothing is due or we stop. */
export async function sendAllDue(sender: Sender, stopping: AbortSignal): Promise<void> {
  if ((await readSettings())["mail.resendInDoubt"]) {
    await queueInDoubt(new Date(Date.now() - sender.giveUpAfterMs));
  }
  const round: Round = { held: [], isDry: false, claiming: undefined, lanes: new Set(), failed: [] };
  const grow = () => {
    const wanted = Math.min(sender.pace.lanes, sender.lanes);
    while (round.lanes.size < wanted && !round.isDry && round.failed.length === 0) {
      const lane: Promise<void> = runLane(sender, round, stopping, grow)
        .catch((error) => void round.failed.push(error))
        .finally(() => round.lanes.delete(lane));
      round.lanes.add(lane);
    }
  };
  grow();
  while (round.lanes.size > 0) await Promise.race(round.lanes);
  await giveBack(
    sender.by,
    round.held.map(({ mail }) => mail.id),
  );
  if (round.failed.length > 0) throw round.failed[0];
}

async function runLane(sender: Sender, round: Round, stopping: AbortSignal, grow: () => void): Promise<void> {
  const lane: Lane = { session: undefined };
  try {
    while (!stopping.aborted && round.lanes.size <= sender.pace.lanes) {
      const mail = await nextMail(sender, round);
      if (mail === undefined) break;
      await deliver(sender, lane, mail, stopping);
      grow();
    }
  } finally {
    lane.session?.quit();
  }
}

/**
 * Claims are made for several at once: a handful for each lane. What waited here for long may be another's already; while
 * trouble holds mails up, only urgent ones are tried.
 */
async function nextMail(sender: Sender, round: Round): Promise<ClaimedMail | undefined> {
  for (;;) {
    const next = round.held.shift();
    if (next !== undefined) {
      const isOld = Date.now() - next.sinceMs > sender.leaseMs / 3;
      if (!isOld && (next.isUrgent || !mustWait(sender, Date.now()))) return next.mail;
      await giveBack(sender.by, [next.mail.id]);
    } else if (round.isDry || round.failed.length > 0) return undefined;
    else {
      round.claiming ??= claim(sender, round).finally(() => {
        round.claiming = undefined;
      });
      await round.claiming;
    }
  }
}

const HELD_PER_LANE = 4;

async function claim(sender: Sender, round: Round): Promise<void> {
  const sinceMs = Date.now();
  const { leaseMs, config, pace } = sender;
  const isUrgentOnly = mustWait(sender, Date.now());
  const most = pace.lanes * HELD_PER_LANE;
  const terms = { leaseMs, perMinute: config.perMinute, most, isUrgentOnly };
  const mails = await claimMails(sender.by, terms);
  round.isDry = mails.length === 0;
  round.held.push(...mails.map((mail) => ({ mail, sinceMs, isUrgent: isUrgentOnly })));
}
