import { changeCreditLineOperation } from "#lib/api/operations/balance";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(changeCreditLineOperation);
