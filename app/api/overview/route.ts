import { getOverviewOperation } from "#lib/api/operations/overview";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getOverviewOperation);
