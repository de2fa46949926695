import { getChannelHealthOperation } from "#lib/api/operations/channel-health";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getChannelHealthOperation);
