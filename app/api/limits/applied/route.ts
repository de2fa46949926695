import { appliedLimitsOperation } from "#lib/api/operations/limits";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(appliedLimitsOperation);
