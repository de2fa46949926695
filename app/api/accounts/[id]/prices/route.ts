import { listOwnPricesOperation, putOwnPriceOperation } from "#lib/api/operations/own-prices";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listOwnPricesOperation, putOwnPriceOperation);
