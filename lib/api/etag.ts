import { createHash } from "node:crypto";
import { AppError } from "#lib/core/errors";
import type { Operation } from "./operation.ts";

/** A strong ETag of a JSON value. */
export function etagOf(value: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 27)}"`;
}

/** Throws 409 `stale` with the current resource when no ETag of If-Match is the current one. */
export function refuseStale(operation: Pick<Operation, "etagOf">, request: Request, current: unknown): void {
  const asked = request.headers.get("if-match");
  if (asked === null || asked.trim() === "*") return;
  const etag = etagOf(operation.etagOf ? operation.etagOf(current) : current);
  const listed = asked.split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (listed.includes(etag)) return;
  throw new AppError({
    code: "stale",
    status: 409,
    message: "Someone has changed this since you read it.",
    extra: { current },
    headers: { etag },
  });
}
