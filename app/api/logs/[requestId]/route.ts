import { getLogOperation } from "#lib/api/operations/logs";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getLogOperation);
