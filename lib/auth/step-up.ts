import { AppError } from "#lib/core/errors";
import { minuteMs } from "#lib/core/time";
import type { Session } from "./session.ts";

/** Throws 403 `reauthentication_required` when the password was last entered more than 15 min ago. */
export function requireRecentPassword(session: Pick<Session, "passwordAtMs">, nowMs: number): void {
  if (nowMs - session.passwordAtMs <= 15 * minuteMs) return;
  throw new AppError({
    code: "reauthentication_required",
    status: 403,
    message: "Enter your password again: POST /api/auth/reauthenticate.",
  });
}
