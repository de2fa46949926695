import { getKeyPatternOperation } from "#lib/api/operations/keys";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getKeyPatternOperation);
