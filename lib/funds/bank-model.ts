import type { LeaseState } from "./lease.ts";
import type { GiveBack, Shortfall } from "./lease-book.ts";

export const ACCOUNT = "account";
export const KEY = { keyId: "key", periodStartMs: 0 };
export const LIMIT = 600n;

type Row = { amount: bigint; spent: bigint; version: bigint };
const noRow = (): Row => ({ amount: 0n, spent: 0n, version: 0n });

/** What the leases' SQL functions do, for one account and one key: the other side of the book's model test. */
export class BankModel {
  balance = 0n;
  entries: bigint[] = [];
  leased = 0n;
  spent = 0n;
  keyLeased = 0n;
  epochs: number[];
  leases: Row[];
  keyLeases: Row[];

  constructor(nodes: number) {
    this.epochs = Array.from({ length: nodes }, () => 0);
    this.leases = Array.from({ length: nodes }, noRow);
    this.keyLeases = Array.from({ length: nodes }, noRow);
  }

  post(amount: bigint): void {
    this.entries.push(amount);
    this.balance += amount;
  }
  get available(): bigint {
    return this.balance - this.leased;
  }
  states(node: number): LeaseState[] {
    const state = (row: Row) => ({
      accountId: ACCOUNT,
      amountNanoUsd: row.amount,
      spentNanoUsd: row.spent,
      version: row.version,
    });
    return [
      { ...state(this.leases[node] ?? noRow()), key: null, availableNanoUsd: this.available },
      { ...state(this.keyLeases[node] ?? noRow()), key: KEY },
    ];
  }
  refill(node: number, epoch: number, short: Shortfall): LeaseState[] | "fenced" | "short" {
    if (this.epochs[node] !== epoch) return "fenced";
    const share = this.available / 8n;
    const slice = short.needNanoUsd === 0n ? 0n : max(short.needNanoUsd, share);
    if (this.available < slice) return "short";
    if (short.key !== null) {
      const left = LIMIT - this.spent - this.keyLeased;
      const keySlice = short.key.needNanoUsd === 0n ? 0n : max(short.key.needNanoUsd, left / 8n);
      if (left < keySlice) return "short";
      this.keyLeased += keySlice;
      change(this.keyLeases[node], keySlice);
    }
    this.leased += slice;
    change(this.leases[node], slice);
    return this.states(node);
  }
  giveBack(node: number, epoch: number, back: GiveBack): LeaseState[] | "fenced" {
    if (this.epochs[node] !== epoch) return "fenced";
    this.leased -= takeFrom(this.leases[node], back.amountNanoUsd);
    for (const key of back.keys) this.keyLeased -= takeFrom(this.keyLeases[node], key.amountNanoUsd);
    return this.states(node);
  }
  flush(node: number, cost: bigint, keyCost: bigint): LeaseState[] {
    this.post(-cost);
    this.leased -= spend(this.leases[node], cost);
    this.spent += keyCost;
    this.keyLeased -= spend(this.keyLeases[node], keyCost);
    return this.states(node);
  }
  abandon(node: number): void {
    this.epochs[node] = (this.epochs[node] ?? 0) + 1;
    this.leased -= takeFrom(this.leases[node], this.leased);
    this.keyLeased -= takeFrom(this.keyLeases[node], this.keyLeased);
  }
}

const max = (a: bigint, b: bigint) => (a > b ? a : b);
function change(row: Row | undefined, by: bigint): void {
  if (row === undefined) return;
  row.amount += by;
  row.version += 1n;
}
/** At most what is in it. */
function takeFrom(row: Row | undefined, amount: bigint): bigint {
  const taken = row === undefined || row.amount > amount ? amount : row.amount;
  change(row, -taken);
  return taken;
}
function spend(row: Row | undefined, cost: bigint): bigint {
  if (row !== undefined) row.spent += cost;
  return takeFrom(row, cost);
}
