import { z } from "zod";
import { downloadAnswer } from "#lib/api/download";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idParams } from "#lib/core/shapes";
import {
  listStatementsQuery,
  statementAnswer,
  statementFileQuery,
  statementPage,
} from "#lib/statements/schema";
import { getStatement, statementFile } from "#lib/statements/service";
import { listStatements } from "#lib/statements/store";

const tag = "Statements";

export const listStatementsOperation = operation({
  id: "listStatements",
  method: "GET",
  path: "/api/statements",
  summary: "An account's monthly statements, newest first",
  tag,
  permission: "ledger.read",
  customers: { account: "query" },
  query: listStatementsQuery,
  answer: statementPage,
  async run({ query }) {
    const [before] = decodeCursor(query.cursor, z.tuple([z.string()])) ?? [];
    return toPage(
      await listStatements(query.accountId, query.limit, before),
      query.limit,
      (statement) => statement,
      (statement) => [statement.month],
    );
  },
});

export const getStatementOperation = operation({
  id: "getStatement",
  method: "GET",
  path: "/api/statements/{id}",
  summary: "One monthly statement",
  tag,
  permission: "ledger.read",
  customers: { account: async ({ params }) => (await getStatement(params.id)).accountId },
  params: idParams,
  answer: statementAnswer,
  run: ({ params }) => getStatement(params.id),
});

export const downloadStatementOperation = operation({
  id: "downloadStatement",
  method: "GET",
  path: "/api/statements/{id}/file",
  summary: "A monthly statement as PDF or CSV",
  tag,
  permission: "ledger.read",
  customers: { account: async ({ params }) => (await getStatement(params.id)).accountId },
  params: idParams,
  query: statementFileQuery,
  answer: downloadAnswer,
  download: ["application/pdf", "text/csv"],
  run: ({ params, query }) => statementFile(params.id, query.format, query.lang),
});
