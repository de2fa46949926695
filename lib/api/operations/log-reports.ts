import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { planIpRange } from "#lib/logs/by-ip-plan";
import { byIpAnswer, byIpQuery, ipDaysPage, ipDaysQuery } from "#lib/logs/by-ip-schema";
import { listByIp, listIpDays } from "#lib/logs/by-ip-store";
import { exportFileName } from "#lib/logs/export";
import { customersExportQuery, exportLogsQuery } from "#lib/logs/export-schema";
import { exportLogs } from "#lib/logs/export-service";
import { logCondition } from "#lib/logs/filters";

const contentTypes = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson" };
const tag = "Request logs";

export const listByIpOperation = operation({
  id: "listLogsByIp",
  method: "GET",
  path: "/api/logs/by-ip",
  summary: "Calls by address or network: to the call within 24 h, by whole days beyond",
  tag,
  permission: "logs.read",
  customers: { account: "query" },
  query: byIpQuery,
  answer: byIpAnswer,
  async run({ query }) {
    const range = planIpRange(query, Date.now());
    const after = decodeCursor(
      query.cursor,
      z.tuple([z.string().max(64), z.string().max(64), z.literal(query.sort)]),
    );
    const rows = await listByIp(query, range, after && [after[0], after[1]]);
    const page = toPage(
      rows,
      query.limit,
      ({ report }) => report,
      ({ position }) => [...position, query.sort],
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
    const after = decodeCursor(query.cursor, z.tuple([z.iso.date(), z.string().max(64), z.string().max(64)]));
    const rows = await listIpDays(query, planIpRange(query, Date.now()), after);
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.day, row.ip, row.keyId],
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
    logCondition({ ...query, limit: 1 });
    return {
      body: exportLogs(query),
      contentType: contentTypes[query.format],
      fileName: exportFileName(query),
    };
  },
});
