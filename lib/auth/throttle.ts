import { createHash } from "node:crypto";
import { AppError } from "#lib/core/errors";
import { minuteMs, secondMs } from "#lib/core/time";

/** Failures are counted in windows of 15 minutes that start with the first one. */
export const failureWindowMs = 15 * minuteMs;

/** One thing whose failed sign-ins are counted, and how many of them it may have in a window. */
export type Subject = { key: string; limit: number };

/** The failures of a subject in its window. */
export type FailureCount = { failures: number; windowStartMs: number };

/**
 * What an attempt counts against: the address from this place (10), and the place as a whole (100), so that
 * neither one account nor one network can be guessed at. Stored hashed: people mistype secrets into e-mail fields.
 */
export function subjectsOf(email: string, ip: string | null): Subject[] {
  const place = ip ?? "unknown";
  return [
    { key: subjectKey("account", `${email.trim().toLowerCase()} ${place}`), limit: 10 },
    { key: subjectKey("ip", place), limit: 100 },
  ];
}

/** Codes of a second factor count against the person (10), wherever they are entered: who gets here knows the password. */
export function totpSubject(userId: string): Subject {
  return { key: subjectKey("totp", userId), limit: 10 };
}

/** Mails that anybody may cause count against the address (5), known or not, and against the place (20). */
export function mailSubjectsOf(email: string, ip: string | null): Subject[] {
  return [
    { key: subjectKey("mail", email.trim().toLowerCase()), limit: 5 },
    { key: subjectKey("mail-ip", ip ?? "unknown"), limit: 20 },
  ];
}

/** Guesses at something else than a password: `kind` says what, `whose` who guesses. */
export function guessSubject(kind: string, whose: string, limit: number): Subject {
  return { key: subjectKey(kind, whose), limit };
}

/** Throws 429 `too_many_sign_ins` with Retry-After once a subject has used up its window. */
export function refuseExhausted(subject: Subject, count: FailureCount | undefined, nowMs: number): void {
  if (count === undefined || count.failures < subject.limit) return;
  const leftMs = count.windowStartMs + failureWindowMs - nowMs;
  if (leftMs <= 0) return;
  throw new AppError({
    code: "too_many_sign_ins",
    status: 429,
    message: `Too many attempts. Try again in ${Math.ceil(leftMs / minuteMs)} min.`,
    headers: { "retry-after": String(Math.ceil(leftMs / secondMs)) },
  });
}

function subjectKey(kind: string, value: string): string {
  return `${kind}:${createHash("sha256").update(value).digest("base64url")}`;
}
