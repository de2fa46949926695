import { operation } from "#lib/api/operation";
import { discoveredModelsAnswer, discoverModelsBody } from "#lib/channels/discovery/schema";
import { discoverModels } from "#lib/channels/discovery/service";

export const discoverModelsOperation = operation({
  id: "discoverModels",
  method: "POST",
  path: "/api/channels/discover",
  summary:
    "A provider's own list of models, each with the catalogue's model that it probably is; stores nothing",
  tag: "Channels",
  permission: "channels.write",
  body: discoverModelsBody,
  answer: discoveredModelsAnswer,
  run: ({ body }) => discoverModels(body),
});
