import { z } from "zod";
import {
  lineInput,
  nameInput,
  pageAnswer,
  pageFields,
  tierOfAnswer,
  timeAnswer,
  timeZoneInput,
  usdAnswer,
} from "#lib/core/shapes";
import { sortField } from "#lib/core/sort";

const incidentThreshold = z.number().int().min(1, "at least 1").max(100, "at most 100").meta({
  description: "from which score on unusual use of its keys opens an incident; null: as the setting says",
});

/** A customer's account: who pays. Money in USD; `held` by running calls or set aside for them on nodes; `available` = `balance` − `held`. */
export const accountAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    group: z.string(),
    status: z.enum(["active", "suspended"]),
    timeZone: z.string(),
    incidentThreshold: incidentThreshold.nullable(),
    balance: usdAnswer,
    held: usdAnswer,
    available: usdAnswer,
    bonus: usdAnswer.meta({ description: "the part of `balance` that was given; spent before the rest" }),
    creditLine: usdAnswer.meta({ description: "how far `balance` may fall below 0" }),
    tier: tierOfAnswer.meta({ description: "the best discount tier that it holds" }),
    createdAt: timeAnswer,
  })
  .meta({ id: "Account" });

const email = z.email("an e-mail address is expected").max(254);
const group = lineInput(64).min(1);

export const createAccountBody = z.strictObject({
  name: nameInput,
  group: group.optional(),
  email: email.nullish(),
  timeZone: timeZoneInput.optional(),
});

export const updateAccountBody = z.strictObject({
  name: nameInput.optional(),
  email: email.nullish(),
  group: group.optional(),
  status: z.enum(["active", "suspended"]).optional(),
  timeZone: timeZoneInput.optional(),
  incidentThreshold: incidentThreshold.nullish(),
});

export const listAccountsQuery = z.strictObject({
  ...pageFields,
  ...sortField,
  q: lineInput(128).optional(),
  group: group.optional(),
  status: z.enum(["active", "suspended"]).optional(),
});

export const accountPage = pageAnswer(accountAnswer);

export type Account = z.infer<typeof accountAnswer>;
export type CreateAccount = z.infer<typeof createAccountBody>;
export type UpdateAccount = z.infer<typeof updateAccountBody>;
export type ListAccounts = z.infer<typeof listAccountsQuery>;

/** What a person edits; traffic moves the rest and must not make an edit stale. */
export const editedOfAccount = ({ name, email, group, status, timeZone, creditLine }: Account) => ({
  name,
  email,
  group,
  status,
  timeZone,
  creditLine,
});
