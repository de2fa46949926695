import { PricingView } from "#components/models/pricing-view";
import { PublicTiers } from "#components/tiers/public-tiers";
import { publicPrices } from "#lib/models/public-service";
import { titled } from "../../page-title.ts";
import { pricingQuery } from "../../pricing-query.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("pricing");

export default async function PricingPage({ searchParams }: { searchParams: SearchParams }) {
  const asked = await pick(searchParams, ["q", "vendor", "kind", "all", "cursor"]);
  const query = pricingQuery(asked);
  const prices = await publicPrices(query, Date.now());
  return <PricingView asked={asked} prices={prices} tiers={<PublicTiers tiers={prices.tiers} />} />;
}
