import type { BudgetPeriod, CreateKey, Key, UpdateKey } from "#lib/keys/schema";
import { localInput } from "../common/local-moment.ts";

/** What the form's inputs hold; empty means "none" or "all". `expiresAt` is local time, as the browser's input wants it. */
export type KeyFormValues = {
  accountId: string | null;
  name: string;
  expiresAt: string;
  budget: { amount: string; period: BudgetPeriod };
  models: string[];
  allowedCidrs: string[];
  deniedCidrs: string[];
  group: string | null;
};

export function emptyKeyForm(accountId: string | null): KeyFormValues {
  return {
    accountId,
    name: "",
    expiresAt: "",
    budget: { amount: "", period: "month" },
    models: [],
    allowedCidrs: [],
    deniedCidrs: [],
    group: null,
  };
}

export function formOfKey(key: Key): KeyFormValues {
  return {
    accountId: key.accountId,
    name: key.name,
    expiresAt: key.expiresAt === null ? "" : localInput(key.expiresAt),
    budget: { amount: key.budget?.amount ?? "", period: key.budget?.period ?? "month" },
    models: [...key.models],
    allowedCidrs: [...key.allowedCidrs],
    deniedCidrs: [...key.deniedCidrs],
    group: key.group,
  };
}

/** The body of POST (with the account) or PATCH; customers choose no group. */
export function keyBodyOf(values: KeyFormValues, isNew: boolean, withGroup = true): CreateKey | UpdateKey {
  const amount = values.budget.amount.trim();
  const body = {
    name: values.name.trim(),
    expiresAt: values.expiresAt === "" ? null : new Date(values.expiresAt).toISOString(),
    budget: amount === "" ? null : { amount, period: values.budget.period },
    models: values.models,
    allowedCidrs: values.allowedCidrs,
    deniedCidrs: values.deniedCidrs,
    ...(withGroup ? { group: values.group } : {}),
  };
  return isNew ? { accountId: values.accountId ?? "", ...body } : body;
}
