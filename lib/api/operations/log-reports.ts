import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { planIpRange } from "#lib/logs/by-ip-plan";
import { byIpAnswer, byIpQuery, ipDaysPage, ipDaysQuery } from "#lib/logs/by-ip-schema";
import { listByIp, listIpDays } from "#lib/logs/by-ip-store";
import { filterMark, refuseForeignCursor } from "#lib/logs/cursor";
import { exportFileName } from "#lib/logs/export";
import { customersExportQuery, exportLogsQuery } from "#lib/logs/export-schema";
import { exportLogs } from "#lib/logs/export-service";
import { logCondition } from "#lib/logs/filters";
import { retentionPlan } from "#lib/logs/retention-schema";
import { planRetention } from "#lib/logs/retention-service";
import { logHistogram, logHistogramQuery } from "#lib/metrics/histogram-schema";
import { getLogHistogram } from "#lib/metrics/histogram-service";

const contentTypes = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" };
const tag = "Request logs";

export const listByIpOperation = operation({
  id: "listLogsByIp",
  method: "GET",
  path: "/api/logs/by-ip",
  summary: "Calls by address or network: to the call for short ranges, by whole days beyond",
  tag,
  permission: "logs.read",
  customers: { account: "query" },
  query: byIpQuery,
  answer: byIpAnswer,
  async run({ query }) {
    const range = planIpRange(query, Date.now());
    const after = decodeCursor(
      query.cursor,
      z.tuple([z.string().max(64), z.string().max(64), z.string().max(16)]),
    );
    const mark = filterMark(query);
    if (after !== undefined) refuseForeignCursor(after[2], mark);
    const rows = await listByIp(query, range, after && [after[0], after[1]]);
    const page = toPage(
      rows,
      query.limit,
      ({ report }) => report,
      ({ position }) => [...position, mark],
    );
    const [from, to] = [new Date(range.fromMs).toISOString(), new Date(range.toMs).toISOString()];
    return { ...page, from, to, precision: range.precision };
  },
});

export const listIpDaysOperation = operation({
  id: "listIpDays",
  method: "GET",
  path: "/api/logs/ip-days",
  summary: "Which key was used from which address on which day, newest first",
  tag,
  permission: "logs.read",
  customers: { account: "query" },
  query: ipDaysQuery,
  answer: ipDaysPage,
  async run({ query }) {
    const position = z.tuple([z.iso.date(), z.string().max(64), z.string().max(64), z.string().max(16)]);
    const after = decodeCursor(query.cursor, position);
    const mark = filterMark(query);
    if (after !== undefined) refuseForeignCursor(after[3], mark);
    const range = planIpRange(query, Date.now());
    const rows = await listIpDays(query, range, after && [after[0], after[1], after[2]]);
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.day, row.ip, row.keyId, mark],
    );
  },
});

export const exportLogsOperation = operation({
  id: "exportLogs",
  method: "GET",
  path: "/api/logs/export",
  summary: "All calls of a filter as CSV or NDJSON, streamed, newest first",
  tag,
  permission: "logs.read",
  customers: { account: "query", query: customersExportQuery },
  query: exportLogsQuery,
  answer: downloadAnswer,
  download: ["text/csv", "application/x-ndjson"],
  async run({ query }) {
    // A filter that cannot be read is refused before the first byte, while there is a status to say so with.
    logCondition(query);
    return {
      body: exportLogs(query),
      contentType: contentTypes[query.format],
      fileName: exportFileName(query),
    };
  },
});

export const getRetentionOperation = operation({
  id: "getLogRetention",
  method: "GET",
  path: "/api/logs/retention",
  summary: "What is past its time and would go now: logs, minutes of charts, addresses",
  tag,
  permission: "settings.read",
  answer: retentionPlan,
  run: () => planRetention(),
});

export const getLogHistogramOperation = operation({
  id: "getLogHistogram",
  method: "GET",
  path: "/api/logs/histogram",
  summary: "How many calls of a filter came when, by how they ended; refused ones too",
  tag,
  permission: "logs.read",
  customers: { account: "query", query: logHistogramQuery.omit({ channelId: true }) },
  query: logHistogramQuery,
  answer: logHistogram,
  run: ({ query }) => getLogHistogram(query),
});
