import { getFollowOptions } from "#lib/api/operations/subscriptions";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getFollowOptions);
