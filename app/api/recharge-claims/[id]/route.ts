import { getClaimOperation } from "#lib/api/operations/claims";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getClaimOperation);
