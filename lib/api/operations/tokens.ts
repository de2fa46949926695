import { z } from "zod";
import { operation } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { idParams } from "#lib/core/shapes";
import {
  createdTokenAnswer,
  createTokenBody,
  listTokensQuery,
  tokenAnswer,
  tokenPage,
} from "#lib/tokens/schema";
import { createToken, deleteToken } from "#lib/tokens/service";
import { findToken, listTokens } from "#lib/tokens/store";

const shared = { tag: "Management tokens" } as const;

export const listTokensOperation = operation({
  ...shared,
  id: "listTokens",
  method: "GET",
  path: "/api/tokens",
  summary: "Management tokens that are not revoked, newest first",
  permission: "tokens.read",
  query: listTokensQuery,
  answer: tokenPage,
  run: ({ query }) => listTokens(query),
});

export const createTokenOperation = operation({
  ...shared,
  id: "createToken",
  method: "POST",
  path: "/api/tokens",
  summary: "Make a management token; its secret is shown once",
  permission: "tokens.write",
  body: createTokenBody,
  answer: createdTokenAnswer,
  status: 201,
  idempotent: true,
  stepUp: true,
  run: ({ actor, body }) => createToken(actor, body),
});

export const getTokenOperation = operation({
  ...shared,
  id: "getToken",
  method: "GET",
  path: "/api/tokens/{id}",
  summary: "One management token",
  permission: "tokens.read",
  params: idParams,
  answer: tokenAnswer,
  async run({ params }) {
    const token = await findToken(params.id);
    if (token === undefined) throw notFound("token");
    return token;
  },
});

export const deleteTokenOperation = operation({
  ...shared,
  id: "deleteToken",
  method: "DELETE",
  path: "/api/tokens/{id}",
  summary: "Revoke a management token, at once",
  permission: "tokens.write",
  params: idParams,
  answer: z.void(),
  status: 204,
  run: ({ actor, params }) => deleteToken(actor, params.id),
});
