import { KeyLimits } from "#components/limits/key-limits";
import { IpStrip } from "#components/logs/ip-strip";
import { LastCalls } from "#components/logs/last-calls";
import { UsualPattern } from "#components/logs/usual-pattern";
import { getKeyOperation, listKeySecretsOperation } from "#lib/api/operations/keys";
import { keyQuery, keySecretsQuery } from "#lib/api/queries";
import type { Prefetch } from "./hydrate.tsx";

/** What the page of a key is drawn with. */
export function keyPrefetch(id: string): Prefetch[] {
  return [
    { query: keyQuery(id), from: getKeyOperation },
    { query: keySecretsQuery(id), from: listKeySecretsOperation },
  ];
}

/** What other features show on the page of a key. */
export function keyParts(id: string) {
  return {
    networks: (
      <>
        <IpStrip keyId={id} />
        <UsualPattern keyId={id} />
      </>
    ),
    limits: <KeyLimits keyId={id} />,
    calls: <LastCalls filter={{ keyId: id }} />,
  };
}
