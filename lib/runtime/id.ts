import { randomFillSync } from "node:crypto";
import { uuidv7 } from "#lib/core/uuid";

const BYTES_PER_ID = 10;
/** Drawn ahead: asking the system for ten bytes at a time is most of an id's cost. */
const drawn = Buffer.alloc(BYTES_PER_ID * 400);
let used = drawn.length;

/** A new id: a UUIDv7 of now, or of the given time. */
export function newId(nowMs: number = Date.now()): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += BYTES_PER_ID;
  return uuidv7(nowMs, drawn.subarray(used - BYTES_PER_ID, used));
}
