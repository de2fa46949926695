import { getNodeOperation } from "#lib/api/operations/nodes";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getNodeOperation);
