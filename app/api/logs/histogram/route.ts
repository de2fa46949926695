import { getLogHistogramOperation } from "#lib/api/operations/log-reports";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getLogHistogramOperation);
