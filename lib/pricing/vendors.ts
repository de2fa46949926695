/** Those who make the models they sell come first: of one id, the maker's price is the official one. */
const makers = [
  "openai",
  "anthropic",
  "google",
  "deepseek",
  "mistral",
  "x-ai",
  "moonshotai",
  "zai",
  "zhipuai",
  "minimax",
  "cohere",
  "perplexity",
  "voyageai",
  "arcee",
  "typesafe",
];

/** Clouds and hosts that resell others' models, in the order in which their price is preferred. */
const resellers = ["groq", "cerebras", "azure", "aws", "together", "fireworks", "openrouter"];

const known = [...makers, ...resellers];

/** The smaller, the more a vendor's price for an id counts; vendors unknown here come last, all alike. */
export function vendorRank(vendor: string): number {
  const rank = known.indexOf(vendor);
  return rank === -1 ? known.length : rank;
}
