import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal, type Refusal } from "./errors.ts";
import { identify, refusalOfKey } from "./identify.ts";

/**
 * Why a running call may not go on, if it may not: its key was changed by someone who wants running streams to end
 * (`cutAtMs`), and the same call would be refused now. Undefined: it goes on.
 */
export function cutOf(admitted: Admitted, deps: GatewayDeps): Refusal | undefined {
  const cutAtMs = deps.snapshot.keys.get(admitted.key.id)?.cutAtMs;
  if (cutAtMs == null || admitted.createdAtMs > cutAtMs) return undefined;
  const caller = identify(admitted, deps);
  return isRefusal(caller) ? caller : refusalOfKey(caller, deps);
}
