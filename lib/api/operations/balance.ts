import { accountAnswer, editedOfAccount } from "#lib/accounts/schema";
import { getAccount } from "#lib/accounts/service";
import { operation } from "#lib/api/operation";
import { type BalanceCare, balanceCareAnswer, balanceCareBody, creditLineBody } from "#lib/balance/schema";
import { changeCreditLine, getBalanceCare, updateBalanceCare } from "#lib/balance/service";
import { idParams } from "#lib/core/shapes";

const tag = "Accounts";

/** What a person edits; spending moves the rest. */
const edited = ({ lowBalance, lowBalanceDays, mailsStatements }: BalanceCare) => ({
  lowBalance,
  lowBalanceDays,
  mailsStatements,
});

export const getBalanceCareOperation = operation({
  id: "getBalanceCare",
  method: "GET",
  path: "/api/accounts/{id}/balance-care",
  summary: "How long an account's money lasts, and when it is told that it runs low",
  tag,
  permission: "ledger.read",
  customers: { account: "path" },
  params: idParams,
  answer: balanceCareAnswer,
  etag: edited,
  run: ({ params }) => getBalanceCare(params.id, new Date()),
});

export const updateBalanceCareOperation = operation({
  id: "updateBalanceCare",
  method: "PATCH",
  path: "/api/accounts/{id}/balance-care",
  summary: "Change when an account is told that its money runs low; null: as the settings say",
  tag,
  permission: "members.write",
  customers: { account: "path" },
  params: idParams,
  body: balanceCareBody,
  answer: balanceCareAnswer,
  etag: edited,
  current: ({ params }) => getBalanceCare(params.id, new Date()),
  run: ({ actor, params, body }) => updateBalanceCare(actor, params.id, body, new Date()),
});

export const changeCreditLineOperation = operation({
  id: "changeCreditLine",
  method: "PUT",
  path: "/api/accounts/{id}/credit-line",
  summary: "Let an account's balance fall below 0 by so much",
  tag,
  permission: "ledger.write",
  params: idParams,
  body: creditLineBody,
  answer: accountAnswer,
  etag: editedOfAccount,
  current: ({ params }) => getAccount(params.id),
  stepUp: true,
  run: ({ actor, params, body }) => changeCreditLine(actor, params.id, body),
});
