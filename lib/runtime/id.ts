import { randomBytes } from "node:crypto";
import { uuidv7 } from "#lib/core/uuid";

/** A new id: a UUIDv7 of now, or of the given time. */
export function newId(nowMs: number = Date.now()): string {
  return uuidv7(nowMs, randomBytes(10));
}
