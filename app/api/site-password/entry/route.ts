import { enterSiteOperation } from "#lib/api/operations/site";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(enterSiteOperation);
