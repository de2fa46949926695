import { join } from "node:path";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { seededLimits } from "#lib/limits/seeded";
import { hasLimitRows, seedLimitRows } from "#lib/limits/store";
import {
  insertGroups,
  insertHouse,
  insertModels,
  insertRate,
  insertSeedChannel,
  lockSeed,
  publishFirstVersion,
  readStanding,
  type SeedGroup,
} from "#lib/models/seed-store";
import { loadCatalogue } from "#lib/pricing/live";
import { seededSource } from "#lib/recharges/rate";
import { config } from "#lib/runtime/config";

const groups: readonly SeedGroup[] = [
  { id: "default", name: "Default", description: "The line that every account starts on." },
  {
    id: "training",
    name: "Training",
    description: "High concurrency and particular models, on request.",
    access: "granted",
  },
  { id: "enterprise", name: "Enterprise", description: "Dedicated lines." },
];

/** An installation's first rate, so that CNY can be tried; the operator adds the true one. */
const exampleRate = {
  currency: "CNY",
  usdPerUnit: "0.1405",
  source: seededSource,
};

const simulatorChannel = {
  id: "00000000-0000-7000-8000-000000000001",
  name: "Simulator",
  provider: "simulator",
  baseUrl: "simulator://local",
  models: [
    ...["sim-chat", "sim-reasoner", "sim-embedding", "sim-rerank", "sim-moderation", "sim-image"],
    ...["sim-speech", "sim-transcript", "sim-video"],
  ],
};

/**
 * What a fresh installation starts with: groups, the catalogue, the first price version (official prices), an example
 * rate, the house account, the simulator's channel if SIMULATOR is on. One transaction under a lock. Adds what is missing and never
 * changes what stands, so that running it again does nothing.
 */
export async function seed(): Promise<void> {
  const now = new Date();
  const today = now.toISOString().slice(0, 10);
  const models = await loadCatalogue({ pricesDirectory: join(import.meta.dirname, "prices"), asOf: today });
  await inTransaction(async (tx) => {
    await lockSeed(tx);
    const standing = await readStanding(tx, {
      currency: exampleRate.currency,
      channelId: simulatorChannel.id,
    });
    const newGroups = groups.filter((group) => !standing.groups.has(group.id));
    const newModels = models.filter((model) => !standing.models.has(model.id));
    const wantsChannel = config().simulator === "on" && !standing.hasChannel;
    const hasLimits = await hasLimitRows(tx);
    const hasOnce = standing.hasVersion && standing.hasRate && standing.hasHouse && hasLimits;
    const isComplete = newGroups.length + newModels.length === 0 && hasOnce;
    if (isComplete && !wantsChannel) return;

    const revision = await bumpRevision(tx);
    await insertGroups(tx, newGroups, revision);
    await insertModels(tx, newModels, revision);
    if (!standing.hasVersion) await publishFirstVersion(tx, { models, groups, at: now, revision });
    if (!standing.hasHouse) await insertHouse(tx, revision);
    if (!standing.hasRate) await insertRate(tx, { ...exampleRate, date: today });
    if (!hasLimits) await seedLimitRows(tx, seededLimits, revision);
    if (wantsChannel) await insertSeedChannel(tx, simulatorChannel, revision);
  });
}
