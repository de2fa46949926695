import { Route } from "#lib/routing/route";
import type { RoutingOptions } from "#lib/routing/weights";
import type { ChannelEntry, Snapshot } from "#lib/snapshot/entries";
import type { Admitted } from "./admit.ts";
import type { GatewayDeps } from "./deps.ts";

const NONE: readonly ChannelEntry[] = [];

/** The channels that this call may go to; which of them, and in which order, is decided as they are asked for. */
export function route(admitted: Admitted, deps: GatewayDeps): Route {
  const { call, groupId, account, model } = admitted;
  const { snapshot, health, random } = deps;
  const kept = call.follows?.kept;
  const route = new Route({
    channels: kept === undefined ? (snapshot.channelsByModel.get(call.model) ?? NONE) : [kept.channel],
    call: {
      model: call.model,
      groupId,
      accountId: account.id,
      stream: call.stream,
      cacheKey: call.cacheKey,
    },
    options: optionsOf(snapshot),
    health,
    random,
    windowOf: (channel) => channel.contextWindows.get(call.model) ?? model?.contextWindow ?? null,
  });
  if (kept !== undefined) route.only(kept.channel, kept.credential);
  return route;
}

function optionsOf({ settings }: Snapshot): RoutingOptions {
  return {
    latencyAware: settings.get("routing.latencyAware") === true,
    costAware: settings.get("routing.costAware") === true,
    sticky: settings.get("routing.sticky") !== false,
  };
}
