import { learntNetworksOf } from "#lib/detection/service";
import { covers } from "#lib/detection/trust";

/**
 * The networks that "limit to familiar networks" lets a key work from: those that a person trusts, then those that
 * detection has learnt, the most used first. What an incident is about (`suspected`) is none of them unless trusted.
 */
export async function familiarNetworks(
  keyId: string,
  trusted: readonly string[],
  suspected: readonly string[],
): Promise<string[]> {
  const learnt = await learntNetworksOf(keyId);
  const clean = learnt.filter(
    (network) => !suspected.some((cidr) => covers(cidr, network) || covers(network, cidr)),
  );
  return [...new Set([...trusted, ...clean])];
}
