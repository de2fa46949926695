import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, pageAnswer } from "#lib/core/shapes";
import { listLogsQuery, logDetail, logPage, logRow, ofOperators, requestIdParams } from "#lib/logs/schema";
import { getLog } from "#lib/logs/service";
import { listLogs } from "#lib/logs/store";

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
    answer: pageAnswer(logRow.omit(ofOperators)),
  },
  query: listLogsQuery,
  answer: logPage,
  async run({ query }) {
    const after = decodeCursor(query.cursor, z.tuple([z.iso.datetime(), idInput]));
    const rows = await listLogs(query, after);
    return toPage(
      rows,
      query.limit,
      (row) => row,
      (row) => [row.createdAt, row.requestId],
    );
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
