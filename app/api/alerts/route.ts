import { listAlertsOperation } from "#lib/api/operations/alerts";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listAlertsOperation);
