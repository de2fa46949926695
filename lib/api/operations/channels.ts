import { z } from "zod";
import { operation } from "#lib/api/operation";
import {
  type Channel,
  channelAnswer,
  channelPage,
  createChannelBody,
  listChannelsQuery,
  type UpdateChannel,
  updateChannelBody,
} from "#lib/channels/schema";
import { createChannel, deleteChannel, getChannel, listChannels, updateChannel } from "#lib/channels/service";
import { toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import { positionOf, sortedPosition } from "#lib/core/sort";

const tag = "Channels";

/** What a person edits; traffic and tests move the rest. */
const edited = ({
  lastTest: _,
  requestsLastHour: __,
  errorsLastHour: ___,
  updatedAt: ____,
  health: _____,
  credentials,
  ...rest
}: Channel) => ({
  ...rest,
  credentials: credentials.map(({ id }) => id),
  models: rest.models.map(({ priced: _, ...model }) => model),
});

/** A new credential, whichever way it is sent; keeping stored ones is none. */
const bringsCredential = ({ credential, credentials }: CredentialFields) =>
  Boolean(credential) || (credentials ?? []).some((one) => typeof one === "string");
type CredentialFields = Pick<UpdateChannel, "credential" | "credentials">;

export const listChannelsOperation = operation({
  id: "listChannels",
  method: "GET",
  path: "/api/channels",
  summary: "Channels, newest first unless sorted; never with their credentials",
  tag,
  permission: "channels.read",
  query: listChannelsQuery,
  answer: channelPage,
  async run({ query }) {
    const channels = await listChannels(query, sortedPosition(query.cursor, query.sort));
    return toPage(
      channels,
      query.limit,
      (channel) => channel,
      (channel) => positionOf(query.sort, channel),
    );
  },
});

export const createChannelOperation = operation({
  id: "createChannel",
  method: "POST",
  path: "/api/channels",
  summary: "Connect a channel; its credential is stored encrypted and never comes back",
  tag,
  permission: "channels.write",
  body: createChannelBody,
  answer: channelAnswer,
  status: 201,
  idempotent: true,
  etag: edited,
  stepUp: ({ body }) => bringsCredential(body),
  run: ({ actor, body }) => createChannel(actor, body),
});

export const getChannelOperation = operation({
  id: "getChannel",
  method: "GET",
  path: "/api/channels/{id}",
  summary: "One channel",
  tag,
  permission: "channels.read",
  params: idParams,
  answer: channelAnswer,
  etag: edited,
  run: ({ params }) => getChannel(params.id),
});

export const updateChannelOperation = operation({
  id: "updateChannel",
  method: "PATCH",
  path: "/api/channels/{id}",
  summary: "Change a channel; another scheme, host or port needs the credential again",
  tag,
  permission: "channels.write",
  params: idParams,
  body: updateChannelBody,
  answer: channelAnswer,
  etag: edited,
  stepUp: ({ body }) => bringsCredential(body),
  current: ({ params }) => getChannel(params.id),
  run: ({ actor, params, body }) => updateChannel(actor, params.id, body),
});

export const deleteChannelOperation = operation({
  id: "deleteChannel",
  method: "DELETE",
  path: "/api/channels/{id}",
  summary: "Delete a channel and its credential for good; logs keep its name",
  tag,
  permission: "channels.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => deleteChannel(actor, params.id),
});
