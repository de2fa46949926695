import { listAccountsOfUserOperation } from "#lib/api/operations/users";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listAccountsOfUserOperation);
