import { invalidFields, notFound } from "#lib/core/errors";
import { listModelIds } from "#lib/models/store";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import { config } from "#lib/runtime/config";
import { open } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { baseUrlProblem } from "../address.ts";
import { findChannelRow } from "../store.ts";
import { listProblem } from "./list-problem.ts";
import { matchModels } from "./match-models.ts";
import { type ModelNames, readModelList } from "./read-list.ts";
import type { DiscoveredModels, DiscoverModels } from "./schema.ts";
import { fetchModelList } from "./send.ts";

type Asked = { provider: string; baseUrl: string; credential: string | null };

/**
 * Asks a provider for its models and finds them in the catalogue. A channel's stored credential goes to the channel's
 * stored address only. Throws 404 for an unknown channel, 422 by field when the provider gives no list.
 */
export async function discoverModels(body: DiscoverModels): Promise<DiscoveredModels> {
  const asked = await whomToAsk(body);
  const catalogue = await listModelIds();
  const { names, leftOut } = asked.provider === "simulator" ? simulated(catalogue) : await askProvider(asked);
  const { models } = currentPrices(await loadPublishedVersions(), Date.now());
  return {
    models: matchModels(names, catalogue).map((found) => ({
      ...found,
      priced: models.has(found.model ?? found.upstreamModel),
    })),
    leftOut,
  };
}

async function whomToAsk(body: DiscoverModels): Promise<Asked> {
  const { channelId, provider = "", baseUrl = "", credential: entered } = body;
  if (channelId === undefined) return { provider, baseUrl, credential: entered || null };
  const row = await findChannelRow(channelId);
  if (row === undefined) throw notFound("channel");
  const credential = row.credential === null ? null : open(row.credential, "channel.credential");
  return { provider: row.provider, baseUrl: row.baseUrl, credential };
}

/** It serves whatever a channel names; the catalogue has these for it. */
function simulated(catalogue: readonly string[]): ModelNames {
  return { names: catalogue.filter((id) => id.startsWith("sim-")), leftOut: 0 };
}

async function askProvider({ baseUrl, credential }: Asked): Promise<ModelNames> {
  const settings = await readSettings();
  const allowPrivate = settings["channels.allowPrivateUpstreams"];
  const problem = baseUrlProblem(baseUrl, { allowPrivate });
  if (problem !== undefined) throw invalidFields({ baseUrl: problem });
  const { host, port } = config();
  const answer = await fetchModelList({ baseUrl, credential, rules: { allowPrivate, own: { host, port } } });
  const list = answer.status === 200 ? readModelList(answer.text) : undefined;
  if (list === undefined) throw invalidFields(listProblem(answer));
  return list;
}
