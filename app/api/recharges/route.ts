import { createRechargeOperation, listRechargesOperation } from "#lib/api/operations/recharges";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listRechargesOperation, createRechargeOperation);
