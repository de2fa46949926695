import { mailPauseMs } from "../back-off.ts";
import type { ClaimedMail } from "../claim-store.ts";
import type { Outcome } from "../outcome.ts";
import { slower } from "../pace.ts";
import type { Sender } from "./live.ts";

/** Whether trouble with the server holds mails up. */
export function mustWait({ trouble }: Sender, nowMs: number): boolean {
  return trouble !== null && nowMs < Date.parse(trouble.nextTryAt);
}

/**
 * Trouble with the server holds all mails up, longer each time it lasts. A server that wants less first gets fewer
 * connections; one that drops a conversation here and there is not away.
 */
export function noteTrouble(
  sender: Sender,
  { kind, reason, isCut = false }: Outcome,
  { wasConnected, nowMs }: { wasConnected: boolean; nowMs: number },
): void {
  if (kind !== "server" && kind !== "slow") return;
  if (kind === "slow") {
    const { lanes } = sender.pace;
    sender.pace = slower(sender.pace);
    if (lanes > 1) return;
  }
  if (isCut && wasConnected) {
    sender.cuts += 1;
    if (sender.cuts <= sender.pace.lanes) return;
  }
  const failures = (sender.trouble?.failures ?? 0) + 1;
  const pauseMs = Math.min(mailPauseMs(failures, sender.random(), sender.firstPauseMs), sender.maxPauseMs);
  sender.trouble = {
    reason,
    failures,
    since: sender.trouble?.since ?? new Date(nowMs).toISOString(),
    nextTryAt: new Date(nowMs + pauseMs).toISOString(),
  };
}

/** What becomes of a mail that was not taken, why, and when it is tried again. */
export function fateOf(
  sender: Sender,
  mail: ClaimedMail,
  { kind, reason }: Outcome,
  nowMs: number,
): [state: "retry" | "failed" | "in_doubt", reason: string, pauseMs: number] {
  if (kind === "failed" || kind === "in_doubt") return [kind, reason, 0];
  // What only waits for the server is due when the server is tried again.
  const pauseMs =
    kind === "server" && sender.trouble !== null
      ? Math.max(0, Date.parse(sender.trouble.nextTryAt) - nowMs)
      : mailPauseMs(mail.tries, sender.random(), sender.firstRetryMs);
  const isTooOld = nowMs + pauseMs - mail.createdAt.getTime() > sender.giveUpAfterMs;
  return isTooOld
    ? ["failed", `Given up after ${mail.tries} tries: ${reason}`, 0]
    : ["retry", reason, pauseMs];
}
