import { limitRefusalsOperation } from "#lib/api/operations/limit-usage";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(limitRefusalsOperation);
