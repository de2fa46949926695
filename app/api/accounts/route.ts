import { createAccountOperation, listAccountsOperation } from "#lib/api/operations/accounts";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listAccountsOperation, createAccountOperation);
