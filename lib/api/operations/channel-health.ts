import { operation } from "#lib/api/operation";
import { channelHealthAnswer, channelHealthQuery } from "#lib/channels/health-schema";
import { getChannelHealth } from "#lib/channels/service";
import { idParams } from "#lib/core/shapes";

export const getChannelHealthOperation = operation({
  id: "getChannelHealth",
  method: "GET",
  path: "/api/channels/{id}/health",
  summary:
    "How a channel does: state by model and credential, next probes, running calls, what it brings in and costs",
  tag: "Channels",
  permission: "channels.read",
  params: idParams,
  query: channelHealthQuery,
  answer: channelHealthAnswer,
  run: ({ params, query }) => getChannelHealth(params.id, query),
});
