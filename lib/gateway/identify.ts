import { isIn } from "#lib/runtime/peer";
import type { AccountEntry, KeyEntry } from "#lib/snapshot/entries";
import type { Arrival } from "./arrival.ts";
import type { GatewayDeps } from "./deps.ts";
import { type Refusal, refuse } from "./errors.ts";

export type Identified = Arrival & { key: KeyEntry; account: AccountEntry; groupId: string };

/** Whose call this is: the key from memory by its SHA-256. A wrong checksum is refused without a look-up. */
export function identify(arrival: Arrival, { snapshot }: GatewayDeps): Identified | Refusal {
  const { presentedKey, keyHash: hash } = arrival.sender;
  if (presentedKey === undefined)
    return refuse("invalid_api_key", "No API key was sent. Use the header Authorization: Bearer sk-tg-…");
  if (hash === undefined) return refuse("invalid_api_key");
  const key = snapshot.keysByHash.get(hash) ?? keyOfRetired(hash, snapshot);
  const account = key && snapshot.accounts.get(key.accountId);
  if (key === undefined || account === undefined) return refuse("invalid_api_key");
  return { ...arrival, key, account, groupId: key.groupId ?? account.groupId };
}

/** Whether the key and its account may call at all, from here, now; before the body is read. */
export function permit(caller: Identified, deps: GatewayDeps): Identified | Refusal {
  const refusal = refusalOfKey(caller, deps);
  if (refusal !== undefined) return refusal;
  const closed = deps.closedBecause();
  if (closed !== null) return refuse(closed);
  return caller;
}

/** What the key and its account alone say against a call from here, now. */
export function refusalOfKey(caller: Identified, deps: Pick<GatewayDeps, "now">): Refusal | undefined {
  const { key, account, sender } = caller;
  const { ip } = sender;
  if (key.status !== "active") return refuse("key_disabled");
  if (key.expiresAtMs !== null && key.expiresAtMs <= deps.now()) return refuse("key_expired");
  if (key.secretValidUntilMs !== undefined && key.secretValidUntilMs <= deps.now()) {
    return refuse(
      "key_expired",
      "This secret was replaced by a newer one of the same API key. Use that one.",
    );
  }
  if (account.status !== "active") return refuse("account_suspended");
  if (key.deniedCidrs.length > 0 && (ip === undefined || isIn(ip, key.deniedCidrs))) {
    return refuse("ip_not_allowed");
  }
  if (key.allowedCidrs.length > 0 && (ip === undefined || !isIn(ip, key.allowedCidrs))) {
    return refuse("ip_not_allowed");
  }
  return undefined;
}

/** The key whose older secret was presented: its rows carry that secret's prefix, so that its use can be told. */
function keyOfRetired(hash: string, snapshot: GatewayDeps["snapshot"]): KeyEntry | undefined {
  const retired = snapshot.retiredByHash.get(hash);
  const key = retired && snapshot.keys.get(retired.keyId);
  return key && { ...key, prefix: retired.prefix, secretValidUntilMs: retired.validUntilMs };
}
