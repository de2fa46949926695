import { maxDenied } from "#lib/keys/schema";
import { isIn } from "#lib/runtime/peer";
import type { IncidentState } from "./states.ts";
import type { FenceChanges, KeyFences, Undo } from "./undo.ts";

/** What an action does: to the key, to what is trusted, to the incident; and what would take it back. */
export type Plan = {
  key: FenceChanges;
  trust: string[];
  /** null: it stays as it is. */
  state: IncidentState | null;
  undo: Undo | undefined;
  /** What the timeline tells of it. */
  detail: Record<string, string | number | boolean | string[]>;
};

const nothing: Plan = { key: {}, trust: [], state: null, undo: undefined, detail: {} };

/** The key is disabled: its calls are refused with `key_disabled`. */
export function planSuspend(key: KeyFences, reason: string): Plan {
  const detail = reason === "" ? {} : { reason };
  if (key.status !== "active") return { ...nothing, state: "acted", detail };
  return { ...nothing, key: { status: "disabled" }, state: "acted", undo: { enable: true }, detail };
}

/** Calls from these networks are refused with `ip_not_allowed`. "full": the key's list would grow too long. */
export function planBlock(key: KeyFences, networks: readonly string[]): Plan | "full" {
  const added = networks.filter((network) => !key.deniedCidrs.includes(network));
  const deniedCidrs = [...key.deniedCidrs, ...added];
  if (deniedCidrs.length > maxDenied) return "full";
  return {
    ...nothing,
    key: added.length === 0 ? {} : { deniedCidrs },
    state: "acted",
    undo: added.length === 0 ? undefined : { denied: added },
    detail: { networks: [...networks] },
  };
}

export type Suspected = { networks: readonly string[]; ips: readonly string[]; state: string };

/**
 * Someone vouches for networks: no signal speaks of them any more, and the key is no longer refused from them. When
 * nothing of the incident is left that nobody vouches for, it is resolved.
 */
export function planTrust(
  key: KeyFences,
  { networks, trusted, reason }: { networks: readonly string[]; trusted: readonly string[]; reason: string },
  suspected: Suspected,
): Plan {
  const added = networks.filter((network) => !trusted.includes(network));
  const undenied = key.deniedCidrs.filter((cidr) => networks.includes(cidr));
  const all = [...trusted, ...networks];
  const isExplained =
    suspected.ips.length === 0
      ? suspected.networks.every((network) => all.includes(network))
      : suspected.ips.every((ip) => isIn(ip, all));
  return {
    key:
      undenied.length === 0 ? {} : { deniedCidrs: key.deniedCidrs.filter((one) => !undenied.includes(one)) },
    trust: added,
    state: isExplained ? "resolved" : null,
    undo: { trusted: added, undenied, ...(isExplained ? { state: openStateOf(suspected.state) } : {}) },
    detail: { networks: [...networks], ...(reason === "" ? {} : { reason }) },
  };
}

/** The key works from these networks alone. */
export function planLimit(key: KeyFences, networks: readonly string[]): Plan {
  const after = [...networks];
  const undo = { allowed: { before: [...key.allowedCidrs], after } };
  return { ...nothing, key: { allowedCidrs: after }, state: "acted", undo, detail: { networks: after } };
}

/** Least that a key may spend a day under a cap: a key that hardly spends must not be stopped by a rounding. */
const LEAST_CAP_NANO_USD = 1_000_000_000n;

/**
 * The key may spend `times` of its usual day, and at least $1, from now until its account's midnight and every day after,
 * until it is taken back. A tighter budget a day that it has stays.
 */
export function planCap(
  key: KeyFences,
  { usualDayNanoUsd, times }: { usualDayNanoUsd: bigint; times: number },
): Plan & { capNanoUsd: bigint } {
  const wanted = usualDayNanoUsd * BigInt(times);
  const cap = wanted > LEAST_CAP_NANO_USD ? wanted : LEAST_CAP_NANO_USD;
  const detail = { times };
  if (key.budgetPeriod === "day" && key.budgetNanoUsd !== null && key.budgetNanoUsd <= cap) {
    return { ...nothing, state: "acted", detail, capNanoUsd: key.budgetNanoUsd };
  }
  const before = {
    nanoUsd: key.budgetNanoUsd === null ? null : String(key.budgetNanoUsd),
    period: key.budgetPeriod,
  };
  return {
    ...nothing,
    key: { budgetNanoUsd: cap, budgetPeriod: "day" },
    state: "acted",
    undo: { budget: { before, after: { nanoUsd: String(cap), period: "day" } } },
    detail,
    capNanoUsd: cap,
  };
}

/** Closes the incident. What it teaches: its networks are trusted. */
export function planClose(
  state: "resolved" | "dismissed",
  { networks, trusted, reason }: { networks: readonly string[]; trusted: readonly string[]; reason: string },
  suspected: Suspected,
): Plan {
  const added = networks.filter((network) => !trusted.includes(network));
  return {
    ...nothing,
    trust: added,
    state,
    undo: { trusted: added, state: openStateOf(suspected.state) },
    detail: { ...(reason === "" ? {} : { reason }), ...(added.length === 0 ? {} : { networks: added }) },
  };
}

function openStateOf(state: string): "open" | "acted" {
  return state === "acted" ? "acted" : "open";
}
