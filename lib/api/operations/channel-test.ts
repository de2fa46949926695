import { operation } from "#lib/api/operation";
import { channelTestAnswer, testChannelBody } from "#lib/channels/schema";
import { getChannel, rememberTest } from "#lib/channels/service";
import { idParams } from "#lib/core/shapes";
import { testChannelNow } from "#lib/gateway/live";

export const testChannelOperation = operation({
  id: "testChannel",
  method: "POST",
  path: "/api/channels/{id}/test",
  summary: "Make one small call through a channel: status and error class, never the body",
  tag: "Channels",
  permission: "channels.write",
  params: idParams,
  body: testChannelBody,
  answer: channelTestAnswer,
  async run({ params, body }) {
    const channel = await getChannel(params.id);
    return rememberTest(channel.id, await testChannelNow(channel.id, body));
  },
});
