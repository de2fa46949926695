import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";
import { isRefusal, type Refusal } from "./errors.ts";
import { identify, refusalOfKey } from "./identify.ts";
import type { Watch } from "./watch.ts";

/**
 * Why a running call may not go on, if it may not: its key was changed by someone who wants running streams to end
 * (`cutAtMs`), and the same call would be refused now. Undefined: it goes on.
 */
function cutOf(admitted: Admitted, deps: GatewayDeps): Refusal | undefined {
  const cutAtMs = deps.snapshot.keys.get(admitted.key.id)?.cutAtMs;
  if (cutAtMs == null || admitted.createdAtMs > cutAtMs) return undefined;
  const caller = identify(admitted, deps);
  return isRefusal(caller) ? caller : refusalOfKey(caller, deps);
}

/**
 * Ends a running answer if its key is taken away in the meantime and whoever did that wants running calls to end. `note` is told
 * why, and says why it ends: what was decided before stays.
 */
export function watchKey(
  admitted: Admitted,
  watch: Watch,
  deps: GatewayDeps,
  note: (why: Refusal | undefined) => Refusal | undefined,
): void {
  const reconsider = () => {
    const why = note(cutOf(admitted, deps));
    if (why !== undefined) watch.end(why.code);
  };
  watch.onKeysChanged = (ids) => {
    if (ids.has(admitted.key.id)) reconsider();
  };
  // It may have happened while upstream had not said anything yet.
  if (deps.snapshot.keys.get(admitted.key.id) !== admitted.key) reconsider();
}
