import { createTokenOperation, listTokensOperation } from "#lib/api/operations/tokens";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listTokensOperation, createTokenOperation);
