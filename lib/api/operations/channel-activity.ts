import { operation } from "#lib/api/operation";
import { channelActivityAnswer } from "#lib/channels/activity/schema";
import { getActivity } from "#lib/channels/activity/service";

export const channelActivityOperation = operation({
  id: "channelActivity",
  method: "GET",
  path: "/api/channels/activity",
  summary: "What went through each channel in the last 24 hours: spend, cost, margin, calls by the hour",
  tag: "Channels",
  permission: "channels.read",
  answer: channelActivityAnswer,
  run: () => getActivity(),
});
