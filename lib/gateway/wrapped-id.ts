import { createHmac, timingSafeEqual } from "node:crypto";
import type { TaskProtocol } from "#lib/tasks/task";

const SIGNATURE_BYTES = 16;
const prefixes: Readonly<Record<TaskProtocol, string>> = { task: "task_", video: "video_" };

/**
 * A task's id as its account sees it: the id in hex, and an HMAC that binds it to its kind and account. Upstream's own id never
 * leaves: all tenants of a channel share one credential there.
 */
export function wrapId(kind: TaskProtocol, id: string, accountId: string, key: Uint8Array): string {
  return `${prefixes[kind]}${id.replaceAll("-", "")}${signature(kind, id, accountId, key).toString("hex")}`;
}

/** The id that `wrapId` was given; undefined for what it has not made for this account. */
export function unwrapId(
  kind: TaskProtocol,
  wrapped: string,
  accountId: string,
  key: Uint8Array,
): string | undefined {
  const { [kind]: prefix } = prefixes;
  const found =
    wrapped.startsWith(prefix) && /^([0-9a-f]{32})([0-9a-f]{32})$/.exec(wrapped.slice(prefix.length));
  if (!found) return undefined;
  const [, hex = "", signed = ""] = found;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const isOurs = timingSafeEqual(Buffer.from(signed, "hex"), signature(kind, id, accountId, key));
  return isOurs ? id : undefined;
}

function signature(kind: TaskProtocol, id: string, accountId: string, key: Uint8Array): Buffer {
  return createHmac("sha256", key)
    .update(`${kind}\n${id}\n${accountId}`)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}
