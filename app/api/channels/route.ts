import { createChannelOperation, listChannelsOperation } from "#lib/api/operations/channels";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listChannelsOperation, createChannelOperation);
