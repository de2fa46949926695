import { listStatementsOperation } from "#lib/api/operations/statements";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listStatementsOperation);
