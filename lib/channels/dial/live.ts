import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { type DialRules, isAddressAllowed, isOwnListener } from "../address.ts";

/**
 * Resolves like the system, then leaves out every address that a channel may not connect to, so that the address that
 * is dialled is the one that was judged. None left: an error with code `EDENIED`. `port`: where the connection goes.
 */
export function guardedLookup(rules: () => DialRules, port: number): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "", 0);
      const now = rules();
      const allowed = addresses.filter(
        ({ address }) => isAddressAllowed(address, now) && !isOwnListener(now.own, address, port),
      );
      const first = allowed[0];
      if (first === undefined) {
        return callback(Object.assign(new Error("address denied"), { code: "EDENIED" }), "", 0);
      }
      if (options.all === true) (callback as unknown as (e: null, a: typeof allowed) => void)(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
