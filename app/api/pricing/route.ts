import { publicPricesOperation } from "#lib/api/operations/models";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(publicPricesOperation);
