import { retryAllDeadLettersOperation } from "#lib/api/operations/dead-letters";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(retryAllDeadLettersOperation);
