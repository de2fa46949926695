import { exportSubscribersOperation } from "#lib/api/operations/subscribers";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(exportSubscribersOperation);
