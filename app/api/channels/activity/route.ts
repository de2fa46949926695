import { channelActivityOperation } from "#lib/api/operations/channel-activity";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(channelActivityOperation);
