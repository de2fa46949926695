import type pg from "pg";
import { log } from "#lib/runtime/log";
import { supervise } from "#lib/runtime/supervise";
import type { Snapshot } from "#lib/snapshot/entries";
import type { Breaker } from "./breaker.ts";
import type { Cooling } from "./channel-health.ts";
import { readCooling, type SharedCooling, writeCooling } from "./cooling-store.ts";
import { createHealth, type Health } from "./health.ts";
import {
  addMinuteCounts,
  type MinuteCounts,
  readBreakers,
  removePresence,
  type SharedBreaker,
  writeBreakers,
  writePresence,
} from "./shared-store.ts";

const POLL_MS = 400;
/** Every so many polls this node says that it lives, though nothing has changed. */
const PRESENCE_EVERY = 12;
const COUNTS_EVERY = 4;

type Options = { pool: pg.Pool; nodeId: string; snapshot: Snapshot; now: () => number };

/**
 * A node's channel state, shared with the others: what it sees is written at once, what they see is polled for, so that
 * a change is known everywhere in less than a second. Without the database each node goes by what it sees itself.
 */
export async function startHealth({ pool, nodeId, snapshot, now }: Options) {
  const dirty = new Map<string, SharedBreaker>();
  const dirtyCooling = new Map<string, SharedCooling>();
  let liveNodes = 1;
  let mark: string | null = null;
  let polls = 0;
  let said = "";
  let isFailing = false;
  let writing: Promise<void> | undefined;
  const health: Health = createHealth({ now, random: Math.random, changed, cooled, nodes: () => liveNodes });

  function changed(channelId: string, subject: string, breaker: Breaker): void {
    const { window: _, failuresInRow: __, answersSinceMs: ___, ...shared } = breaker;
    dirty.set(`${channelId} ${subject}`, { channelId, subject, breaker: shared });
    startWriting();
  }

  function cooled(channelId: string, credentialId: string, model: string, cooling: Cooling): void {
    const shared = { channelId, credentialId, model, cooling };
    dirtyCooling.set(`${channelId} ${credentialId} ${model}`, shared);
    startWriting();
  }

  function startWriting(): void {
    writing ??= write().finally(() => {
      writing = undefined;
    });
  }

  async function write(): Promise<void> {
    // What changes in one turn goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (dirty.size + dirtyCooling.size > 0) {
      try {
        await writeAll(dirty, (batch) => writeBreakers(pool, nodeId, batch));
        await writeAll(dirtyCooling, (batch) => writeCooling(pool, batch));
      } catch (err) {
        failed(err);
        return;
      }
    }
  }

  async function poll(): Promise<void> {
    if (dirty.size + dirtyCooling.size > 0) startWriting();
    // By the mark of before: what is written between the two reads is found the next time, if not now.
    const cooling = await readCooling(pool, mark);
    const read = await readBreakers(pool, mark);
    mark = read.mark;
    for (const { channelId, credentialId, model, cooling: heard } of cooling) {
      const entry = snapshot.channels.get(channelId);
      if (entry !== undefined) health.hearCooling(entry, credentialId, model, heard);
    }
    for (const { channelId, subject, breaker } of read.shared) {
      const entry = snapshot.channels.get(channelId);
      if (entry !== undefined) health.hear(entry, subject, breaker);
    }
    await sayPresence();
    if (polls % COUNTS_EVERY === 0) await writeCounts();
    polls += 1;
    isFailing = false;
  }

  async function sayPresence(): Promise<void> {
    const inFlight: Record<string, number> = {};
    for (const { entry, inFlight: calls } of health.all()) if (calls > 0) inFlight[entry.id] = calls;
    const text = JSON.stringify(inFlight);
    if (text === said && polls % PRESENCE_EVERY !== 0) return;
    liveNodes = await writePresence(pool, nodeId, inFlight);
    said = text;
  }

  async function writeCounts(): Promise<void> {
    const counts = takeCounts(health, snapshot);
    if (counts.length === 0) return;
    await addMinuteCounts(pool, counts);
  }

  function failed(err: unknown): void {
    if (!isFailing) log().warn({ err }, "channel state is not shared while the database does not answer");
    isFailing = true;
  }

  await poll();
  const sharing = supervise({
    name: "channel-health",
    firstPauseMs: POLL_MS,
    maxPauseMs: 5_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await poll();
        up();
        await pause(POLL_MS);
      }
    },
  });

  return {
    health,
    async stop(): Promise<void> {
      await sharing.stop();
      await Promise.all([writing, writeCounts(), removePresence(pool, nodeId)]).catch(failed);
    },
  };
}

/** Empties `dirty` into one write; what could not be written stands there again, unless something newer does. */
async function writeAll<T>(dirty: Map<string, T>, send: (batch: T[]) => Promise<void>): Promise<void> {
  if (dirty.size === 0) return;
  const batch = [...dirty];
  dirty.clear();
  try {
    await send(batch.map(([, shared]) => shared));
  } catch (error) {
    for (const [key, shared] of batch) if (!dirty.has(key)) dirty.set(key, shared);
    throw error;
  }
}

/** What was counted since the last time; statistics, not money: what a crash takes of them is lost. */
function takeCounts(health: Health, snapshot: Snapshot): MinuteCounts[] {
  const counts: MinuteCounts[] = [];
  for (const { entry, models } of health.all()) {
    if (!snapshot.channels.has(entry.id)) continue;
    for (const [model, served] of models) {
      if (served.attempts === 0 && served.failures === 0 && served.firstTokens.length === 0) continue;
      const { attempts, failures, firstTokens } = served;
      counts.push({ channelId: entry.id, model, attempts, failures, firstTokens });
      served.attempts = 0;
      served.failures = 0;
      served.firstTokens = [];
    }
  }
  return counts;
}
