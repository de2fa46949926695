import { checkTextOperation } from "#lib/api/operations/scanning";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(checkTextOperation);
