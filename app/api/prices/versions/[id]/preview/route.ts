import { previewPriceVersionOperation } from "#lib/api/operations/prices";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(previewPriceVersionOperation);
