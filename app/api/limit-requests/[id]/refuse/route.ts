import { refuseLimitRequestOperation } from "#lib/api/operations/limit-requests";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(refuseLimitRequestOperation);
