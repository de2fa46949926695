import { deleteViewOperation } from "#lib/api/operations/saved-views";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(deleteViewOperation);
