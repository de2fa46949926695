import { deleteTokenOperation, getTokenOperation } from "#lib/api/operations/tokens";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getTokenOperation, deleteTokenOperation);
