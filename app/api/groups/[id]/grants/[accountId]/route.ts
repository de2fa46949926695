import { getGrantOperation, putGrantOperation, revokeGrantOperation } from "#lib/api/operations/groups";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  getGrantOperation,
  putGrantOperation,
  revokeGrantOperation,
);
