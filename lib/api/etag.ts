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
  const etag = etagOfResource(operation, current);
  const listed = asked.split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (listed.includes(etag)) return;
  throw stale("Someone has changed this since you read it.", etag, current);
}

/** Throws 409 `stale` with the resource that stands already, for a PUT that was to make a new one (If-None-Match: *). */
export function refuseExisting(operation: Pick<Operation, "etagOf">, current: unknown): void {
  throw stale("Someone has made this already.", etagOfResource(operation, current), current);
}

function etagOfResource(operation: Pick<Operation, "etagOf">, current: unknown): string {
  return etagOf(operation.etagOf ? operation.etagOf(current) : current);
}

function stale(message: string, etag: string, current: unknown): AppError {
  return new AppError({ code: "stale", status: 409, message, extra: { current }, headers: { etag } });
}
