import { operation } from "#lib/api/operation";
import { lastOfficialSyncAnswer, officialSyncAnswer, syncOfficialBody } from "#lib/pricing/official-schema";
import { syncOfficial } from "#lib/pricing/official-service";
import { findLastSync } from "#lib/pricing/official-store";
import { mostPriceListBytes } from "#lib/pricing/version-schema";

const tag = "Models and prices";

export const getOfficialSyncOperation = operation({
  id: "getOfficialSync",
  method: "GET",
  path: "/api/prices/official",
  summary: "What the last comparison with official prices found: proposed, drifted, new and gone models",
  tag,
  permission: "prices.read",
  answer: lastOfficialSyncAnswer,
  run: async () => ({ sync: (await findLastSync()) ?? null }),
});

export const syncOfficialOperation = operation({
  id: "compareOfficialPrices",
  method: "POST",
  path: "/api/prices/official",
  summary:
    "Compare with the installed official prices, or those of a data file; what follows them is proposed in a draft",
  tag,
  permission: "prices.write",
  body: syncOfficialBody,
  maxBodyBytes: mostPriceListBytes,
  answer: officialSyncAnswer,
  run: ({ actor, body }) => syncOfficial(actor, body, new Date()),
});
