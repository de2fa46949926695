import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, encodeCursor } from "#lib/core/page";
import { idInput } from "#lib/core/shapes";
import { filterMark, refuseForeignCursor } from "#lib/logs/cursor";
import {
  customersLogPage,
  listLogsQuery,
  logDetail,
  logPage,
  ofOperators,
  requestIdParams,
} from "#lib/logs/schema";
import { getLog } from "#lib/logs/service";
import { scanLogs } from "#lib/logs/store";

const tag = "Request logs";

export const listLogsOperation = operation({
  id: "listLogs",
  method: "GET",
  path: "/api/logs",
  summary: "Calls to the gateway, refused ones too, newest first",
  tag,
  permission: "logs.read",
  customers: {
    account: "query",
    query: listLogsQuery.omit({ channelId: true }),
    answer: customersLogPage,
  },
  query: listLogsQuery,
  answer: logPage,
  async run({ query }) {
    const { limit, cursor, ...filter } = query;
    const mark = filterMark(filter);
    const position = decodeCursor(cursor, z.tuple([z.iso.datetime(), idInput, z.string().max(16)]));
    if (position !== undefined) refuseForeignCursor(position[2], mark);
    const { rows, next, reach } = await scanLogs(filter, limit, position && [position[0], position[1]]);
    return { items: rows, nextCursor: next && encodeCursor([...next, mark]), ...reach };
  },
});

export const getLogOperation = operation({
  id: "getLog",
  method: "GET",
  path: "/api/logs/{requestId}",
  summary: "One call with its attempts and the bill's arithmetic",
  tag,
  permission: "logs.read",
  customers: {
    account: async ({ params }) => (await getLog(params.requestId)).accountId ?? "",
    answer: logDetail.omit({ ...ofOperators, attempts: true, passedOver: true }),
  },
  params: requestIdParams,
  answer: logDetail,
  run: ({ params }) => getLog(params.requestId),
});
