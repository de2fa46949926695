import { importChannelsOperation } from "#lib/api/operations/channel-transfer";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(importChannelsOperation);
