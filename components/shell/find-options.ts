import type { Account } from "#lib/accounts/schema";
import { apiGet } from "#lib/api/client";
import type { Page } from "#lib/api/queries";
import type { Channel } from "#lib/channels/schema";
import type { Group } from "#lib/groups/schema";
import type { Key } from "#lib/keys/schema";
import type { Model } from "#lib/models/schema";

export type FoundOption = { value: string; label: string; hint?: string };

/** What selects offer: things whose name contains the text. */
export async function findAccounts(text: string): Promise<FoundOption[]> {
  const { items } = await apiGet<Page<Account>>("/api/accounts", { q: text, limit: 20 });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}

export async function findKeys(text: string): Promise<FoundOption[]> {
  const { items } = await apiGet<Page<Key>>("/api/keys", { q: text, limit: 20 });
  return items.map(({ id, name, accountName, prefix, last4 }) => ({
    value: id,
    label: `${name} · ${accountName}`,
    hint: `${prefix}…${last4}`,
  }));
}

export async function findChannels(text: string): Promise<FoundOption[]> {
  const { items } = await apiGet<Page<Channel>>("/api/channels", { q: text, limit: 20 });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}

export async function findGroups(): Promise<FoundOption[]> {
  const { items } = await apiGet<Page<Group>>("/api/groups", { limit: 100 });
  return items.map(({ id, name }) => ({ value: id, label: name }));
}

/** Ids of models that have a price and a channel. */
export async function findSoldModels(): Promise<string[]> {
  const { items } = await apiGet<Page<Model>>("/api/models", { sold: true, limit: 500 });
  return items.map(({ id }) => id);
}

/** Models that have a price, served or not. */
export async function findPricedModels(text: string): Promise<FoundOption[]> {
  const { items } = await apiGet<Page<Model>>("/api/models", { q: text, limit: 30 });
  return items
    .filter(({ price }) => price !== null)
    .map(({ id, vendor }) => ({ value: id, label: id, hint: vendor }));
}
