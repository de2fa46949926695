import { importRechargesOperation } from "#lib/api/operations/recharges";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(importRechargesOperation);
