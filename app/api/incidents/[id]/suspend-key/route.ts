import { suspendKeyOperation } from "#lib/api/operations/incident-actions";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(suspendKeyOperation);
