import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { listChannelsQuery } from "#lib/channels/schema";
import { channelImportAnswer, importChannelsBody } from "#lib/channels/transfer/schema";
import { exportChannels, importChannels } from "#lib/channels/transfer/service";

const tag = "Channels";

export const importChannelsOperation = operation({
  id: "importChannels",
  method: "POST",
  path: "/api/channels/import",
  summary: "Channels from CSV, all or none; with `check` only what would come of it, line by line",
  tag,
  permission: "channels.write",
  body: importChannelsBody,
  answer: channelImportAnswer,
  idempotent: true,
  // The file may hold credentials.
  stepUp: ({ body }) => body.check !== true,
  run: ({ actor, body }) => importChannels(actor, body),
});

export const exportChannelsOperation = operation({
  id: "exportChannels",
  method: "GET",
  path: "/api/channels/export",
  summary: "Channels of a filter as CSV, which the import reads; without their credentials",
  tag,
  permission: "channels.read",
  query: listChannelsQuery.omit({ limit: true, cursor: true, health: true }),
  answer: downloadAnswer,
  download: ["text/csv"],
  async run({ query }) {
    const csv = await exportChannels(query);
    return {
      body: new Blob([csv]).stream(),
      contentType: "text/csv; charset=utf-8",
      fileName: "channels.csv",
    };
  },
});
