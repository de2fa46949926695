import type pg from "pg";
import { inPoolTransaction, pool } from "#lib/db/pool";
import type { Finding } from "#lib/incidents/finding";
import { raiseFinding } from "#lib/incidents/raise-service";
import { log } from "#lib/runtime/log";
import { type Supervised, supervise } from "#lib/runtime/supervise";
import type { Settings } from "#lib/settings/schema";
import { readSettings } from "#lib/settings/store";
import { type Atlas, openAtlas } from "./atlas/live.ts";
import { judge } from "./judge.ts";
import { holdLease, leaveLease, takeLease } from "./lease-store.ts";
import { addressIn } from "./network.ts";
import type { Pattern } from "./pattern.ts";
import {
  forgetAddresses,
  forgetDeleted,
  type KeyFacts,
  readFacts,
  readPatterns,
  writePatterns,
} from "./pattern-store.ts";
import type { Whereabouts } from "./sighting.ts";
import { forgetSightings, readSightings, type Waiting } from "./sighting-store.ts";

const EVERY_MS = 1_000;
const KEEP_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 3_600_000;
const MOST_AT_ONCE = 2_000;
const MOST_TRIES = 10;
/** Patterns in memory: those used last. */
const MOST_PATTERNS = 5_000;

type Parts = {
  on: pg.Pool;
  nodeId: string;
  now(): number;
  whereabouts(network: string): Whereabouts | undefined;
  raise(finding: Finding): Promise<unknown>;
  settings(): Promise<Settings>;
};

/** The judge's memory. It is worth nothing once another node judges. */
export type Detection = {
  /** Judges what waits; returns how many sightings that were, or undefined where another node judges. */
  round(): Promise<number | undefined>;
  /** Writes down what it learnt and lets another node judge. */
  leave(): Promise<void>;
};

/** One node's detection: judges what all nodes' writers left, while it holds the lease. */
export function createDetection(parts: Parts): Detection {
  const { on, nodeId } = parts;
  const patterns = new Map<string, Pattern>();
  const changed = new Map<string, Pattern>();
  const telling = createTelling(parts.raise);
  const due = { keep: 0, forget: 0 };

  async function round(): Promise<number | undefined> {
    if (!(await takeLease(on, nodeId))) {
      patterns.clear();
      changed.clear();
      telling.clear();
      return undefined;
    }
    const now = parts.now();
    const waiting = await readSightings(on, MOST_AT_ONCE);
    const isUrgent = waiting.length > 0 && (await judgeAll(waiting, await parts.settings()));
    await telling.tell();
    await keep(waiting, isUrgent || now >= due.keep);
    if (now >= due.forget) {
      await forgetAddresses(on, (await parts.settings())["logs.addressDays"]);
      await forgetDeleted(on);
      due.forget = now + FORGET_EVERY_MS;
    }
    return waiting.length;
  }

  /** True if something was found, which must not be found anew after a crash. */
  async function judgeAll(waiting: readonly Waiting[], rules: Settings): Promise<boolean> {
    const keyIds = [...new Set(waiting.flatMap(({ seen }) => seen?.keyId ?? []))];
    if (keyIds.length === 0) return false;
    const facts = await readFacts(keyIds, on);
    await recall(keyIds);
    const findings = new Map<string, Finding>();
    for (const { seen } of waiting) {
      const known = seen && facts.get(seen.keyId);
      if (seen === undefined || known === undefined) continue;
      const view = viewOf(known, rules, parts.whereabouts);
      const { pattern, finding } = judge(patterns.get(seen.keyId), seen, view);
      // Used last, so that it is forgotten last.
      patterns.delete(seen.keyId);
      patterns.set(seen.keyId, pattern);
      changed.set(seen.keyId, pattern);
      // A later finding of a key tells all that an earlier one did.
      if (finding !== undefined) findings.set(seen.keyId, finding);
    }
    telling.add(findings);
    return findings.size > 0;
  }

  async function recall(keyIds: readonly string[]): Promise<void> {
    const unknown = keyIds.filter((id) => !patterns.has(id));
    for (const [id, pattern] of await readPatterns(unknown, on)) patterns.set(id, pattern);
  }

  async function keep(waiting: readonly Waiting[], isTime: boolean): Promise<void> {
    if (waiting.length === 0 && !isTime) return;
    const isOurs = await inPoolTransaction(async (client) => {
      if (!(await holdLease(client, nodeId))) return false;
      if (isTime) await writePatterns(client, changed);
      await forgetSightings(
        client,
        waiting.map(({ id }) => id),
      );
      return true;
    }, on);
    if (!isOurs) return void patterns.clear();
    if (!isTime) return;
    changed.clear();
    due.keep = parts.now() + KEEP_EVERY_MS;
    for (const id of patterns.keys()) {
      if (patterns.size <= MOST_PATTERNS) break;
      patterns.delete(id);
    }
  }

  return {
    round,
    async leave() {
      await keep([], true);
      await leaveLease(on, nodeId);
    },
  };
}

/**
 * Findings that are not told yet. One that cannot be told holds up no other and no round (its sightings would be judged
 * for ever): it is tried again in the next rounds, at most MOST_TRIES times in all. A key's later finding tells all that
 * its earlier one did.
 */
function createTelling(raise: Parts["raise"]) {
  const untold = new Map<string, { finding: Finding; tries: number }>();
  return {
    add(findings: ReadonlyMap<string, Finding>): void {
      for (const [keyId, finding] of findings) untold.set(keyId, { finding, tries: 0 });
    },
    async tell(): Promise<void> {
      for (const [keyId, one] of untold) {
        try {
          await raise(one.finding);
          untold.delete(keyId);
        } catch (err) {
          one.tries += 1;
          const { score } = one.finding;
          if (one.tries < MOST_TRIES) {
            log().warn({ err, keyId, score }, "a finding could not be made an incident yet");
          } else {
            untold.delete(keyId);
            log().error({ err, keyId, score }, "a finding could not be made an incident: given up");
          }
        }
      }
    },
    clear: () => untold.clear(),
  };
}

function viewOf(facts: KeyFacts, settings: Settings, whereabouts: Parts["whereabouts"]) {
  const threshold = facts.threshold ?? settings["incidents.threshold"];
  return { ...facts, rules: { ...settings["incidents.learning"], threshold }, whereabouts };
}

/** Detection as a part of this node. `tables`: the folder of the tables of networks. */
export function startDetection(nodeId: string, tables: string, on: pg.Pool = pool()): Supervised {
  let atlas: Atlas | undefined;
  const detection = createDetection({
    on,
    nodeId,
    now: Date.now,
    // The tables take memory: only the node that judges has them.
    whereabouts: (network) => (network.includes("/") ? atlas?.find(addressIn(network)) : undefined),
    raise: raiseFinding,
    settings: readSettings,
  });
  return supervise({
    name: "detection",
    maxPauseMs: 5_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        const judged = await detection.round();
        if (judged !== undefined) atlas ??= openAtlas(tables);
        up();
        if (judged !== MOST_AT_ONCE) await pause(EVERY_MS);
      }
      await detection
        .leave()
        .catch((err) => log().warn({ err }, "patterns of the last seconds were not kept"));
    },
  });
}
