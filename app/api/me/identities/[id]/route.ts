import { deleteIdentity } from "#lib/api/operations/identities";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(deleteIdentity);
