import { listSavedViewsOperation, saveViewOperation } from "#lib/api/operations/saved-views";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listSavedViewsOperation, saveViewOperation);
