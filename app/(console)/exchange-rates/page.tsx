import { ExchangeRatesView } from "#components/recharges/exchange-rates-view";
import { listExchangeRatesOperation } from "#lib/api/operations/exchange-rates";
import { exchangeRatesQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("exchangeRates");

export default function ExchangeRatesPage() {
  return (
    <Hydrate prefetch={[{ query: exchangeRatesQuery(), from: listExchangeRatesOperation, pages: true }]}>
      <ExchangeRatesView />
    </Hydrate>
  );
}
