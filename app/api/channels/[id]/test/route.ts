import { testChannelOperation } from "#lib/api/operations/channel-test";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(testChannelOperation);
