import { getMetricsOperation } from "#lib/api/operations/metrics";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getMetricsOperation);
