import { z } from "zod";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, storedTimeInput } from "#lib/core/shapes";
import { listDeadLetters } from "#lib/settlement/dead-list-store";
import { getDeadLetter, retryAllDeadLetters, retryDeadLetter } from "#lib/settlement/dead-service";
import {
  deadLetterAnswer,
  deadLetterPage,
  listDeadLettersQuery,
  retriedAllAnswer,
  retriedAnswer,
} from "#lib/settlement/schema";

const tag = "Ledger";

export const listDeadLettersOperation = operation({
  id: "listDeadLetters",
  method: "GET",
  path: "/api/dead-letters",
  summary: "Bills that the database refused, newest first",
  tag,
  permission: "ledger.read",
  query: listDeadLettersQuery,
  answer: deadLetterPage,
  async run({ query }) {
    const after = decodeCursor(query.cursor, z.tuple([storedTimeInput, idInput]));
    const rows = await listDeadLetters(query, after);
    return toPage(
      rows,
      query.limit,
      (row) => row.letter,
      (row) => row.position,
    );
  },
});

export const getDeadLetterOperation = operation({
  id: "getDeadLetter",
  method: "GET",
  path: "/api/dead-letters/{id}",
  summary: "One bill that the database refused",
  tag,
  permission: "ledger.read",
  params: idParams,
  answer: deadLetterAnswer,
  run: ({ params }) => getDeadLetter(params.id),
});

export const retryDeadLetterOperation = operation({
  id: "retryDeadLetter",
  method: "POST",
  path: "/api/dead-letters/{id}/retry",
  summary: "Try to write it again: log row, ledger and balance, once",
  tag,
  permission: "ledger.write",
  params: idParams,
  answer: retriedAnswer,
  run: ({ actor, params }) => retryDeadLetter(actor, params.id),
});

export const retryAllDeadLettersOperation = operation({
  id: "retryAllDeadLetters",
  method: "POST",
  path: "/api/dead-letters/retry",
  summary: "Try to write all open ones again, oldest first",
  tag,
  permission: "ledger.write",
  answer: retriedAllAnswer,
  run: ({ actor }) => retryAllDeadLetters(actor),
});
