import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { seededRandom } from "#lib/limits/testing";
import { startMockStripe } from "#lib/payments/testing";
import { openDatabase } from "./support/database.ts";
import { signInOwner } from "./support/owner.ts";
import {
  bankMessages,
  dollars,
  type Message,
  offerPayments,
  type Paid,
  sendMessage,
  stripeMessages,
} from "./support/payments.ts";
import { killPostgres } from "./support/postgres.ts";
import { newDataDir, startTollgate, type Tollgate } from "./support/tollgate.ts";

const ROUNDS = process.env.TEST_FULL === "1" ? 20 : 2;
const SEED = Number(process.env.TEST_SEED ?? 20_261_123);
/** In each round. */
const ACCOUNTS = 4;
const ORDERS_EACH = 8;
/** Messages under way at once. */
const SENDERS = 16;
const NANO_PER_CENT = 10_000_000;

const random = seededRandom(SEED);
const allPaid: Paid[] = [];
/** What no 2xx has answered yet: its provider sends it again. */
let due: Message[] = [];
const acknowledged = new Set<Message>();

let dataDir: string;
let gateway: Tollgate;
let operator: Operator;
let stripe: Awaited<ReturnType<typeof startMockStripe>>;

beforeAll(async () => {
  dataDir = await newDataDir();
  stripe = await startMockStripe();
  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
  await offerPayments(operator, stripe.base);
  const everyOrder = { kind: "cumulative", threshold: "1", reward: "recharge_bonus", percent: "10" };
  await operator.need("POST", "/api/tiers", { name: "Tenth", ...everyOrder });
}, 300_000);
afterAll(async () => {
  await gateway?.remove();
  await stripe?.stop();
});

it(
  `after ${ROUNDS} times kill -9 amid payment webhooks (seed ${SEED}) every payment is credited once, and the ledger verifies`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      due.push(...(await openOrders()));
      expect(await deliver(Math.ceil(due.length * (0.1 + 0.6 * random())))).toBeGreaterThan(0);
      // Once its Postgres goes with it.
      if (round === 1) await killPostgres(dataDir);
      gateway = await startTollgate({ dataDir });
      operator = await signInOwner(gateway.url);
      expect(await lost()).toEqual([]);
      expect(await verify()).toMatchObject({ ok: true, differences: [] });
    }
    // A refund that overtakes its payment is refused until that has come.
    for (let again = 0; due.length > 0 && again < 3; again += 1) expect(await deliver()).toBe(0);
    expect(due).toEqual([]);
    expect(await orders()).toEqual(expectedOrders());
    expect(await accounts()).toEqual(expectedAccounts());
    expect(await verify()).toMatchObject({ ok: true, differences: [] });
  },
  ROUNDS * 40_000,
);

/** New accounts with orders that are paid now. Answers what their providers have to say. */
async function openOrders(): Promise<Message[]> {
  const opened = Array.from({ length: ACCOUNTS }, async () => {
    const { id } = await operator.createAccount({ email: `${crypto.randomUUID()}@example.com` });
    return Promise.all(Array.from({ length: ORDERS_EACH }, (_, index) => openOrder(id, index)));
  });
  return (await Promise.all(opened)).flat(2);
}

async function openOrder(accountId: string, index: number): Promise<Message[]> {
  const variant = index >> 1;
  const method = index % 2 === 0 ? "stripe" : "bank";
  const cents = 2 * (500 + Math.floor(random() * 5_000));
  const isAnnounced = method === "stripe" || variant !== 3;
  const { id, orderNo } = isAnnounced
    ? await operator.need<{ id: string; orderNo: string }>("POST", "/api/recharges/checkout", {
        ...{ accountId, method, amount: dollars(cents), currency: "USD" },
      })
    : { id: "", orderNo: `U-${crypto.randomUUID()}` };
  const paid: Paid = { accountId, method, orderNo, cents, refundedCents: variant % 2 === 0 ? 0 : cents / 2 };
  allPaid.push(paid);
  return method === "stripe"
    ? stripeMessages(id, paid, variant)
    : bankMessages(paid, variant, { isAnnounced });
}

/**
 * Sends what is due and, once more, some of it and of what was acknowledged before: many at a time, in any order. After
 * `killAfter` answers the server is killed. Answers how many messages got no answer.
 */
async function deliver(killAfter = Number.POSITIVE_INFINITY): Promise<number> {
  const twins = [...due, ...due, ...acknowledged].filter(() => random() < 0.2);
  const queue = shuffled([...due, ...twins]);
  let [answers, unanswered] = [0, 0];
  let killed: Promise<void> | undefined;
  const sender = async () => {
    while (killed === undefined) {
      const message = queue.pop();
      if (message === undefined) return;
      const status = await sendMessage(gateway.url, message);
      if (status === undefined) unanswered += 1;
      else expect([200, 404, 409, 503]).toContain(status);
      if (status === 200) acknowledged.add(message);
      if (status !== undefined) answers += 1;
      if (answers === killAfter) killed ??= gateway.kill9();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await killed;
  due = due.filter((message) => !acknowledged.has(message));
  return unanswered;
}

/** What was acknowledged and does not stand. */
async function lost(): Promise<string[]> {
  const rows = await query<{ said: string }>(
    `SELECT order_no || ' paid' AS said FROM recharge WHERE status = 'credited'
     UNION ALL SELECT order_no || ' refunded' FROM recharge WHERE refunded_amount > 0`,
  );
  const stands = new Set(rows.map(({ said }) => said));
  return [...acknowledged]
    .filter(({ says }) => says !== undefined)
    .map(({ orderNo, says }) => `${orderNo} ${says}`)
    .filter((said) => !stands.has(said));
}

/** Every order with all that its payment has left behind, read past all of the product's code. */
function orders() {
  return query(
    `SELECT r.method, r.order_no AS "orderNo", r.status, r.credit_nano_usd::text AS credit, r.bonus_nano_usd::text AS bonus,
       r.refunded_nano_usd::text AS refunded,
       (SELECT string_agg(e.kind, ' ' ORDER BY e.kind) FROM recharge_event e WHERE e.recharge_id = r.id) AS story,
       (SELECT string_agg(t.kind, ' ' ORDER BY t.kind) FROM hot.ledger_transaction t
          WHERE t.reference = r.method || ' ' || r.order_no) AS postings,
       (SELECT sum(l.amount_nano_usd - l.taken_nano_usd)::text FROM bonus_lot l WHERE l.recharge_id = r.id) AS lot,
       (SELECT count(*)::int FROM mail m WHERE m.attachment = 'receipt ' || r.id) AS receipts
     FROM recharge r ORDER BY r.order_no COLLATE "C"`,
  );
}

function expectedOrders() {
  const inOrder = allPaid.toSorted((one, other) => (one.orderNo < other.orderNo ? -1 : 1));
  return inOrder.map(({ method, orderNo, cents, refundedCents }) => {
    const isRefunded = refundedCents > 0;
    return {
      ...{ method, orderNo, status: "credited", receipts: 1 },
      credit: String(cents * NANO_PER_CENT),
      bonus: String((cents * NANO_PER_CENT) / 10),
      refunded: String(refundedCents * NANO_PER_CENT),
      story: isRefunded ? "created credited paid refunded" : "created credited paid",
      postings: isRefunded ? "recharge refund" : "recharge",
      lot: String(((cents - refundedCents) * NANO_PER_CENT) / 10),
    };
  });
}

/** Every account's balance, what its entries sum to, and how often it was given the tier. */
function accounts() {
  return query(
    `SELECT f.account_id AS id, f.balance::text,
       (SELECT sum(e.amount)::text FROM hot.ledger_entry e WHERE e.account_id = f.account_id) AS entries,
       (SELECT count(*)::int FROM tier_grant g JOIN discount_tier t ON t.id = g.tier_id
          WHERE g.account_id = f.account_id AND t.name = 'Tenth') AS grants
     FROM hot.account_funds f WHERE f.account_id = ANY($1) ORDER BY f.account_id`,
    [[...new Set(allPaid.map(({ accountId }) => accountId))]],
  );
}

function expectedAccounts() {
  const cents = Map.groupBy(allPaid, ({ accountId }) => accountId);
  return [...cents].toSorted().map(([id, paid]) => {
    const left = paid.reduce((sum, { cents, refundedCents }) => sum + cents - refundedCents, 0);
    const balance = String((left * NANO_PER_CENT * 11) / 10);
    return { id, balance, entries: balance, grants: 1 };
  });
}

async function query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  const database = await openDatabase(gateway);
  try {
    return (await database.query<Row>(sql, values)).rows;
  } finally {
    await database.end();
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item) => [random(), item] as const);
  return keyed.toSorted(([one], [other]) => one - other).map(([, item]) => item);
}

async function verify(): Promise<{ ok: boolean; differences: unknown[] }> {
  return operator.need("POST", "/api/ledger/verify", {});
}
