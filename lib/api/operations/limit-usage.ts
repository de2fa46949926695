import { operation } from "#lib/api/operation";
import { listRefusalsQuery, refusalsAnswer } from "#lib/limits/refusal-schema";
import { sumRefusals } from "#lib/limits/refusal-store";
import { limitUsageAnswer, limitUsageQuery } from "#lib/limits/usage-schema";
import { describeUsage } from "#lib/limits/usage-service";

const tag = "Limits";

export const limitUsageOperation = operation({
  id: "getLimitUsage",
  method: "GET",
  path: "/api/limits/usage",
  summary: "How much of its limits an account or an API key uses now, the fullest first",
  tag,
  permission: "limits.read",
  customers: { account: "query", answer: limitUsageAnswer.omit({ counting: true }) },
  query: limitUsageQuery,
  answer: limitUsageAnswer,
  run: ({ query, own }) => describeUsage(query, { withShadows: own === undefined }),
});

export const limitRefusalsOperation = operation({
  id: "listLimitRefusals",
  method: "GET",
  path: "/api/limits/refusals",
  summary: "What limits refused lately, and what shadow limits would have refused, the most first",
  tag,
  permission: "limits.read",
  query: listRefusalsQuery,
  answer: refusalsAnswer,
  async run({ query }) {
    return { items: await sumRefusals(query), nextCursor: null };
  },
});
