import { operation } from "#lib/api/operation";
import { putLimits } from "#lib/limits/batch-service";
import { dryRun } from "#lib/limits/dry-run-service";
import { dryRunAnswer, dryRunBody, historyAnswer, historyQuery } from "#lib/limits/report-schema";
import { limitHistory } from "#lib/limits/report-service";
import { putLimitsAnswer, putLimitsBody } from "#lib/limits/schema";

const tag = "Limits";

export const putLimitsOperation = operation({
  id: "putLimits",
  method: "PUT",
  path: "/api/limits/batch",
  summary: "Set and take away many limits at once, all or none",
  tag,
  permission: "limits.write",
  body: putLimitsBody,
  answer: putLimitsAnswer,
  run: ({ actor, body }) => putLimits(actor, body),
});

export const dryRunLimitOperation = operation({
  id: "dryRunLimit",
  method: "POST",
  path: "/api/limits/dry-run",
  summary: "What a limit would have refused of the last 24 h; changes nothing",
  tag,
  permission: "limits.read",
  body: dryRunBody,
  answer: dryRunAnswer,
  run: ({ body }) => dryRun(body, new Date()),
});

export const limitHistoryOperation = operation({
  id: "getLimitHistory",
  method: "GET",
  path: "/api/limits/history",
  summary: "How full an account's minutes were beside its limit, and what was refused",
  tag,
  permission: "limits.read",
  customers: { account: "query" },
  query: historyQuery,
  answer: historyAnswer,
  run: ({ query }) => limitHistory(query, new Date()),
});
