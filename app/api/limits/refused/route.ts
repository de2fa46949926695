import { listRefusedOperation } from "#lib/api/operations/limit-reports";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listRefusedOperation);
