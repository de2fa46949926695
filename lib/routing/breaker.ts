import { addToWindow, clearWindow, type OutcomeWindow, outcomeWindow, readWindow } from "./outcome-window.ts";

/** When a breaker opens, and how long it stays so. Times in ms. */
export const breakerRules = {
  /** Failures in a row. */
  failures: 5,
  /** Share of failures, or of slow first tokens, among at least `windowCalls` calls of the last minute. */
  ratio: 0.5,
  windowCalls: 20,
  /** The first pause; each failed probe doubles it. */
  firstPauseMs: 1_000,
  /** With time left for a probe, so that what recovers is back within five minutes. */
  maxPauseMs: 240_000,
  /** A probe that says nothing for so long counts as lost: the next may go. */
  probeMs: 30_000,
  /** A call that may hang for as long as an answer's headers may take is given up for lost only now. */
  patientProbeMs: 240_000,
  /** What answers, and waits for a call to probe it, is asked again whether it still does. */
  askAgainMs: 240_000,
  /** What has been well for so long starts again with the first pause. */
  forgiveAfterMs: 120_000,
} as const;

/** After a probe that went well, so many failures in a row open again. */
const RELAPSE_FAILURES = 2;

export type BreakerState = "closed" | "open" | "half_open";

/**
 * The state machine of one thing that may fail (a channel, a model on it, a credential): closed → open → half-open (one
 * probe at a time) → closed. Changed in place; times are ms epoch on the database's clock, which all nodes share.
 */
export type Breaker = {
  state: BreakerState;
  /** Why it opened: a fault class, "error_ratio" or "slow_first_token". null while closed. */
  reason: string | null;
  lastErrorClass: string | null;
  sinceMs: number;
  changedAtMs: number;
  /** Open: when a probe may go. Half-open: when the running one counts as lost. */
  nextProbeAtMs: number;
  /** Since when it is known that upstream answers, though not whether it works: a customer's call is the probe. 0: not so. */
  answersSinceMs: number;
  /** Openings since it was last well. */
  trips: number;
  failuresInRow: number;
  window: OutcomeWindow;
};

/** One that lets everything through and has seen nothing. */
export function closedBreaker(nowMs: number): Breaker {
  return {
    state: "closed",
    reason: null,
    lastErrorClass: null,
    sinceMs: nowMs,
    changedAtMs: 0,
    nextProbeAtMs: 0,
    answersSinceMs: 0,
    trips: 0,
    failuresInRow: 0,
    window: outcomeWindow(),
  };
}

/** Whether a call may pass now: as usual, as a probe, or not. */
export function passage(breaker: Breaker, nowMs: number): "free" | "probe" | "shut" {
  if (breaker.state === "closed") return "free";
  return nowMs >= breaker.nextProbeAtMs ? "probe" : "shut";
}

/** A probe's place that is held for a call, and how the breaker stood before. */
export type HeldProbe = { breaker: Breaker; before: Standing; until: Standing };
type Standing = Pick<Breaker, "state" | "sinceMs" | "nextProbeAtMs" | "changedAtMs">;

/**
 * Holds the place of the one probe for a call that is still looking for room elsewhere. No news for other nodes, hence no
 * stamp: what they say meanwhile is newer.
 */
export function holdProbe(breaker: Breaker, nowMs: number): HeldProbe {
  const before = standingOf(breaker);
  if (breaker.state === "open") breaker.sinceMs = nowMs;
  breaker.state = "half_open";
  breaker.nextProbeAtMs = nowMs + lostAfterMs(breaker);
  return { breaker, before, until: standingOf(breaker) };
}

/** The call found no room: the next may probe at once. Not if somebody has found something out meanwhile. */
export function releaseProbe({ breaker, before, until }: HeldProbe): void {
  const { state, nextProbeAtMs, changedAtMs } = breaker;
  const isHeld = state === "half_open" && nextProbeAtMs === until.nextProbeAtMs;
  if (isHeld && changedAtMs === until.changedAtMs) Object.assign(breaker, before);
}

function standingOf({ state, sinceMs, nextProbeAtMs, changedAtMs }: Breaker): Standing {
  return { state, sinceMs, nextProbeAtMs, changedAtMs };
}

/** One call goes through to see whether it is well again. */
export function beginProbe(breaker: Breaker, nowMs: number): void {
  if (breaker.state === "open") breaker.sinceMs = nowMs;
  breaker.state = "half_open";
  breaker.nextProbeAtMs = nowMs + lostAfterMs(breaker);
  stamp(breaker, nowMs);
}

/** After how long a probe that says nothing counts as lost. */
function lostAfterMs({ answersSinceMs, lastErrorClass }: Breaker): number {
  const isPatient = answersSinceMs > 0 && hangs(lastErrorClass);
  return isPatient ? breakerRules.patientProbeMs : breakerRules.probeMs;
}

/** Faults that a call which is not streamed finds out only after waiting for the whole header time-out. */
export function hangs(errorClass: string | null): boolean {
  return (
    errorClass === "headers_timeout" || errorClass === "first_token_timeout" || errorClass === "idle_timeout"
  );
}

/** Upstream answers, and only a call can tell whether it works: the next customer's is the probe. */
export function awaitCall(breaker: Breaker, nowMs: number): void {
  if (breaker.state === "closed") return;
  dropProbe(breaker, nowMs);
  breaker.answersSinceMs = nowMs;
}

/** Whether the gateway has to find something out by itself: a probe is due, and no call is known to be what is missing. */
export function isDue({ state, nextProbeAtMs, answersSinceMs }: Breaker, nowMs: number): boolean {
  if (state === "closed" || nowMs < nextProbeAtMs) return false;
  return answersSinceMs === 0 || nowMs - answersSinceMs >= breakerRules.askAgainMs;
}

/** A probe ended without saying anything (the client went away): the next may go at once. */
export function dropProbe(breaker: Breaker, nowMs: number): void {
  if (breaker.state !== "half_open") return;
  breaker.state = "open";
  breaker.nextProbeAtMs = nowMs;
  stamp(breaker, nowMs);
}

/** A probe met a rate limit of `retryAfterMs`, and said nothing else: pauses grow, or each end of a limit draws a probe. */
export function postponeProbe(breaker: Breaker, nowMs: number, retryAfterMs: number, chance: number): void {
  if (breaker.state === "half_open") {
    reopen(breaker, nowMs, breaker.reason ?? "rate_limited", retryAfterMs, chance);
  }
}

/** A call went well. True when the breaker's state changed. What was sent before it opened proves nothing. */
export function succeed(breaker: Breaker, nowMs: number, wasSlow: boolean, wasProbe: boolean): boolean {
  if (breaker.state !== "closed") {
    if (!wasProbe || wasSlow) return wasProbe && reopen(breaker, nowMs, "slow_first_token", 0, 1);
    close(breaker, nowMs);
    breaker.failuresInRow = breakerRules.failures - RELAPSE_FAILURES;
    return true;
  }
  breaker.failuresInRow = 0;
  addToWindow(breaker.window, nowMs, wasSlow ? "slow" : "good");
  return wasSlow && opensByRatio(breaker, nowMs, "slow");
}

export type Failure = {
  errorClass: string;
  /** Opens at once instead of being counted. */
  isFinal: boolean;
  /** Not before so many ms, if upstream said so. */
  retryAfterMs: number;
  wasProbe: boolean;
};

/** A call failed. True when the breaker's state changed. `chance` in [0, 1) jitters the pause. */
export function fail(breaker: Breaker, nowMs: number, failure: Failure, chance: number): boolean {
  const { errorClass, isFinal, retryAfterMs, wasProbe } = failure;
  breaker.lastErrorClass = errorClass;
  if (breaker.state !== "closed") return wasProbe && reopen(breaker, nowMs, errorClass, retryAfterMs, chance);
  breaker.failuresInRow += 1;
  addToWindow(breaker.window, nowMs, "bad");
  if (isFinal || breaker.failuresInRow >= breakerRules.failures) {
    return reopen(breaker, nowMs, errorClass, retryAfterMs, chance);
  }
  return opensByRatio(breaker, nowMs, "bad", chance);
}

/** Back to well, by a probe or by an operator's change. */
export function close(breaker: Breaker, nowMs: number): void {
  breaker.state = "closed";
  breaker.reason = null;
  breaker.answersSinceMs = 0;
  breaker.sinceMs = nowMs;
  stamp(breaker, nowMs);
  breaker.failuresInRow = 0;
  clearWindow(breaker.window);
}

/** The pause after the n-th opening: doubling from 1 s to 4 minutes, a fifth of it by chance. */
export function pauseMs(trips: number, chance: number): number {
  const upTo = Math.min(breakerRules.maxPauseMs, breakerRules.firstPauseMs * 2 ** Math.min(trips - 1, 16));
  return Math.round(upTo * (0.8 + 0.2 * chance));
}

function opensByRatio(breaker: Breaker, nowMs: number, kind: "bad" | "slow", chance = 1): boolean {
  const seen = readWindow(breaker.window, nowMs);
  if (seen.calls < breakerRules.windowCalls || seen[kind] / seen.calls < breakerRules.ratio) return false;
  return reopen(breaker, nowMs, kind === "bad" ? "error_ratio" : "slow_first_token", 0, chance);
}

function reopen(
  breaker: Breaker,
  nowMs: number,
  reason: string,
  retryAfterMs: number,
  chance: number,
): boolean {
  if (breaker.state === "closed") {
    if (nowMs - breaker.sinceMs > breakerRules.forgiveAfterMs) breaker.trips = 0;
    breaker.sinceMs = nowMs;
  }
  breaker.state = "open";
  breaker.reason = reason;
  breaker.answersSinceMs = 0;
  breaker.trips += 1;
  const pause = Math.max(pauseMs(breaker.trips, chance), Math.min(retryAfterMs, breakerRules.maxPauseMs));
  breaker.nextProbeAtMs = nowMs + pause;
  stamp(breaker, nowMs);
  return true;
}

/** Later than the change before, so that of two within one millisecond the last one counts elsewhere too. */
function stamp(breaker: Breaker, nowMs: number): void {
  breaker.changedAtMs = Math.max(nowMs, breaker.changedAtMs + 1);
}
