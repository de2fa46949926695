import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCOUNT, BankModel, KEY, LIMIT } from "./bank-model.ts";
import { type BookedCall, LeaseBook, type Shortfall } from "./lease-book.ts";

const TTL_MS = 30_000;
const NODES = 2;

type Open = { call: BookedCall; held: bigint };
type Cost = { cost: bigint; keyCost: bigint };
/** A statement on its way: it happens when it arrives, and is known here when its answer does. */
type Message = { node: number; life: number; arrive(): void; answer(): void; arrived: boolean };
type Node = {
  book: LeaseBook;
  epoch: number;
  /** Which process of the node this is: answers to an earlier one reach nobody. */
  life: number;
  doubtful: boolean;
  open: Open[];
  spool: Cost[];
};

/** Two nodes, one bank, messages between them, and everything that may go wrong. */
class World {
  bank = new BankModel(NODES);
  nowMs = 0;
  messages: Message[] = [];
  nodes: Node[];
  calls = 0;
  /** By how much calls cost more than they had held; what an abandoned node had still to settle counts too. */
  excess = 0n;
  private readonly withinHolds: boolean;

  /** With `withinHolds` no call costs more than it had held: then nothing is owed, ever. */
  constructor(balance: bigint, withinHolds: boolean) {
    this.withinHolds = withinHolds;
    this.bank.post(balance);
    this.nodes = Array.from({ length: NODES }, () => ({
      book: new LeaseBook(),
      epoch: 0,
      life: 0,
      doubtful: false,
      open: [],
      spool: [],
    }));
    for (const id of this.nodes.keys()) this.restart(id, []);
  }

  node(id: number): Node {
    const node = this.nodes[id];
    if (node === undefined) throw new Error("no such node");
    return node;
  }

  restart(id: number, unflushed: readonly Cost[]): void {
    const node = this.node(id);
    const epoch = (this.bank.epochs[id] ?? 0) + 1;
    this.bank.epochs[id] = epoch;
    node.epoch = epoch;
    node.doubtful = false;
    const costs = unflushed.flatMap(({ cost, keyCost }) => [
      { accountId: ACCOUNT, key: null, costNanoUsd: cost },
      { accountId: ACCOUNT, key: KEY, costNanoUsd: keyCost },
    ]);
    node.book.restart(this.bank.states(id), costs, this.nowMs);
    node.book.expiresAtMs = this.nowMs + TTL_MS;
  }

  renew(id: number): void {
    const node = this.node(id);
    if (node.doubtful || this.bank.epochs[id] !== node.epoch) this.restart(id, []);
    else node.book.expiresAtMs = this.nowMs + TTL_MS;
  }

  crash(id: number): void {
    const node = this.node(id);
    node.life += 1;
    node.open = [];
    node.book = new LeaseBook();
    this.restart(id, node.spool);
  }

  hold(id: number, amountNanoUsd: bigint, withBudget: boolean): void {
    this.calls += 1;
    const budget = withBudget ? { limitNanoUsd: LIMIT, periodStartMs: 0 } : null;
    const call = {
      requestId: `call ${this.calls}`,
      accountId: ACCOUNT,
      keyId: KEY.keyId,
      amountNanoUsd,
      budget,
    };
    const short = this.tryHold(id, call);
    if (short !== undefined) this.ask(id, call, short);
  }

  tryHold(id: number, call: BookedCall): Shortfall | undefined {
    const node = this.node(id);
    const result = node.book.hold(call, this.nowMs);
    if (result !== "ok") return result;
    node.open.push({ call, held: call.amountNanoUsd });
    this.checkAdmission();
    return undefined;
  }

  ask(id: number, call: BookedCall, short: Shortfall): void {
    const node = this.node(id);
    if (this.nowMs >= node.book.expiresAtMs || node.doubtful) this.renew(id);
    else if (short.giveBackFirst) this.giveBack(id);
    else this.refill(id, call, short);
  }

  refill(id: number, call: BookedCall, short: Shortfall): void {
    const node = this.node(id);
    const { epoch } = node;
    let answer: ReturnType<BankModel["refill"]> = "fenced";
    this.send(
      id,
      () => {
        answer = this.bank.refill(id, epoch, short);
        if (answer !== "fenced" && answer !== "short") expect(this.bank.available).toBeGreaterThanOrEqual(0n);
      },
      () => {
        if (answer === "fenced") node.doubtful = true;
        if (answer === "fenced" || answer === "short") return;
        node.book.learn(answer, this.nowMs);
        if (short.key !== null) node.book.granted(short.key, ACCOUNT);
        this.tryHold(id, call);
      },
    );
  }

  giveBack(id: number): void {
    const node = this.node(id);
    const back = node.book.giveBack(ACCOUNT, 0, this.nowMs);
    if (back === null) return;
    const { epoch, book } = node;
    let answer: ReturnType<BankModel["giveBack"]> = "fenced";
    this.send(
      id,
      () => {
        answer = this.bank.giveBack(id, epoch, back);
      },
      () => {
        if (answer === "fenced") node.doubtful = true;
        else book.givenBack(back, answer, this.nowMs);
      },
    );
  }

  extend(id: number, at: number, by: bigint): void {
    const open = pick(this.node(id).open, at);
    if (open === undefined) return;
    const { requestId, budget } = open.call;
    if (this.node(id).book.extend(requestId, by, budget?.limitNanoUsd ?? null, this.nowMs) !== "ok") return;
    open.held += by;
    this.checkAdmission();
  }

  settle(id: number, at: number, wouldCost: bigint): void {
    const node = this.node(id);
    const open = pick(node.open, at);
    if (open === undefined) return;
    const cost = this.withinHolds && wouldCost > open.held ? open.held : wouldCost;
    node.open = node.open.filter((each) => each !== open);
    expect(node.book.settle(open.call.requestId, cost)).toBe(true);
    expect(node.book.settle(open.call.requestId, cost)).toBe(false);
    if (cost > open.held) this.excess += cost - open.held;
    node.spool.push({ cost, keyCost: open.call.budget === null ? 0n : cost });
  }

  flush(id: number): void {
    const node = this.node(id);
    const costs = node.spool.splice(0);
    if (costs.length === 0) return;
    const states = this.bank.flush(id, sum(costs, "cost"), sum(costs, "keyCost"));
    this.send(
      id,
      () => {},
      () => node.book.learn(states, this.nowMs),
    );
  }

  /** After it was silent for longer than its leases live. */
  abandon(id: number): void {
    const node = this.node(id);
    this.nowMs = Math.max(this.nowMs, node.book.expiresAtMs + TTL_MS);
    this.excess += owed(node);
    this.bank.abandon(id);
  }

  refund(amount: bigint): void {
    if (this.bank.available >= amount) this.bank.post(-amount);
  }

  send(node: number, arrive: () => void, answer: () => void): void {
    this.messages.push({ node, life: this.node(node).life, arrive, answer, arrived: false });
  }

  /** The message arrives; then its answer does. Messages overtake each other. */
  move(at: number): void {
    const message = pick(this.messages, at);
    if (message === undefined) return;
    if (!message.arrived) {
      message.arrived = true;
      message.arrive();
    } else {
      this.messages = this.messages.filter((each) => each !== message);
      if (message.life === this.node(message.node).life) message.answer();
    }
  }

  /** The node never hears of it: it may have happened, may happen yet, or never. */
  lose(at: number): void {
    const message = pick(this.messages, at);
    if (message === undefined) return;
    const node = this.node(message.node);
    if (message.life === node.life) node.doubtful = true;
    message.answer = () => {};
  }

  check(): void {
    const { bank } = this;
    expect(bank.entries.reduce((a, b) => a + b, 0n)).toBe(bank.balance);
    expect(bank.leases.reduce((a, { amount }) => a + amount, 0n)).toBe(bank.leased);
    expect(bank.keyLeases.reduce((a, { amount }) => a + amount, 0n)).toBe(bank.keyLeased);
    for (const row of [...bank.leases, ...bank.keyLeases]) expect(row.amount).toBeGreaterThanOrEqual(0n);
    expect(bank.balance).toBeGreaterThanOrEqual(-this.excess);
    expect(bank.available).toBeGreaterThanOrEqual(-this.excess);
    for (const [id, node] of this.nodes.entries()) {
      const quiet = !node.doubtful && this.messages.every((message) => message.node !== id);
      const free = node.book.free(ACCOUNT);
      if (quiet && bank.epochs[id] === node.epoch && free >= 0n && this.excess === 0n) {
        expect(bank.leases[id]?.amount).toBe(free + owed(node));
      }
    }
  }

  /** What calls that run or wait to be flushed may still take is there, but for what calls cost beyond their holds. */
  checkAdmission(): void {
    const all = this.nodes.reduce((total, node) => total + owed(node), 0n);
    expect(this.bank.balance - all).toBeGreaterThanOrEqual(-this.excess);
    const keys = this.nodes.reduce((total, node) => total + owedByKey(node), 0n);
    expect(this.bank.spent + keys).toBeLessThanOrEqual(LIMIT + this.excess);
  }

  /** Everything ends: every message arrives, every call settles, all is flushed and given back. */
  end(): void {
    while (this.messages.length > 0) this.move(0);
    for (const id of this.nodes.keys()) {
      while (this.node(id).open.length > 0) this.settle(id, 0, 0n);
      this.flush(id);
      while (this.messages.length > 0) this.move(0);
      this.renew(id);
      this.giveBack(id);
      while (this.messages.length > 0) this.move(0);
    }
    this.check();
    expect(this.bank.leased).toBe(0n);
    expect(this.bank.keyLeased).toBe(0n);
  }
}

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)];
const sum = (costs: readonly Cost[], of: keyof Cost) => costs.reduce((total, each) => total + each[of], 0n);
const owed = (node: Node) =>
  node.open.reduce((total, { held }) => total + held, 0n) + sum(node.spool, "cost");
const owedByKey = (node: Node) =>
  node.open.reduce((total, { call, held }) => total + (call.budget === null ? 0n : held), 0n) +
  sum(node.spool, "keyCost");

const node = fc.nat(NODES - 1);
const at = fc.nat(5);
const amount = fc.bigInt(0n, 400n);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("hold"), node, amount, fc.boolean()) },
  { weight: 10, arbitrary: fc.tuple(fc.constant("move"), at) },
  { weight: 4, arbitrary: fc.tuple(fc.constant("settle"), node, at, amount) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("flush"), node) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("giveBack"), node) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("extend"), node, at, amount) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("renew"), node) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("lose"), at) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("crash"), node) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("abandon"), node) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("wait"), fc.nat(4 * TTL_MS)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("recharge"), amount) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("refund"), amount) },
);

function take(world: World, [name, ...values]: readonly unknown[]): void {
  const [a, b, c] = values as [number, bigint, boolean];
  if (name === "hold") world.hold(a, b, c);
  else if (name === "settle") world.settle(a, values[1] as number, values[2] as bigint);
  else if (name === "extend") world.extend(a, values[1] as number, values[2] as bigint);
  else if (name === "wait") world.nowMs += a;
  else if (name === "recharge") world.bank.post(values[0] as bigint);
  else if (name === "refund") world.refund(values[0] as bigint);
  else if (name === "move") world.move(a);
  else if (name === "lose") world.lose(a);
  else if (name === "flush") world.flush(a);
  else if (name === "giveBack") world.giveBack(a);
  else if (name === "renew") world.renew(a);
  else if (name === "crash") world.crash(a);
  else if (name === "abandon") world.abandon(a);
}

describe("leases of two nodes", () => {
  it("lose, double and overdraw nothing, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2_000n),
        fc.boolean(),
        fc.array(step, { minLength: 1, maxLength: 120, size: "max" }),
        (balance, withinHolds, steps) => {
          const world = new World(balance, withinHolds);
          for (const each of steps) {
            take(world, each);
            world.check();
          }
          world.end();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
