import { createExchangeRateOperation, listExchangeRatesOperation } from "#lib/api/operations/exchange-rates";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(
  listExchangeRatesOperation,
  createExchangeRateOperation,
);
