import { type PublicPricesQuery, publicPricesQuery } from "#lib/models/public-schema";

const ROWS = 100;

/** What the address asks for; what cannot be read there is left out, for a page is no place for an error about a link. */
export function pricingQuery(asked: Record<string, string | null>): PublicPricesQuery {
  const { all, ...rest } = asked;
  const named = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== ""),
  );
  const sold = all === "true" ? {} : { sold: "true" };
  const read = publicPricesQuery.safeParse({ ...named, ...sold, limit: String(ROWS) });
  return read.success ? read.data : publicPricesQuery.parse({ ...sold, limit: String(ROWS) });
}
