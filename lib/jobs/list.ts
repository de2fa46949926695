import { queueDigests } from "#lib/announcements/mails-service";
import { purgeAnswers } from "#lib/api/idempotency-store";
import { forgetSignIns } from "#lib/auth/known-store";
import { purgeFailures } from "#lib/auth/store";
import { careForBalances } from "#lib/balance/service";
import { expireBonuses } from "#lib/bonus/service";
import { dayMs } from "#lib/core/time";
import { proveNightly } from "#lib/ledger/proof-service";
import { proposeReductions, remindOfEnding } from "#lib/limits/grant-service";
import { remindOfLineEnds } from "#lib/limits/line-ending-service";
import { keepLogs } from "#lib/logs/retention-service";
import { sumRollups } from "#lib/logs/sums-service";
import { deleteSpentLinks, maxLinkMs } from "#lib/mail/link-store";
import { deleteOldMails, forgetTokens } from "#lib/mail/outbox-store";
import { sendRefunds } from "#lib/payments/refund-service";
import { officialPricesActor, syncOfficial } from "#lib/pricing/official-service";
import { creditWithRates, expireOrders } from "#lib/recharges/rate-service";
import { readSettings } from "#lib/settings/store";
import { makeStatements } from "#lib/statements/service";
import { deleteUnconfirmed } from "#lib/subscribers/store";
import { judgeConsumption } from "#lib/tiers/judge-service";
import { defineJob, type Job } from "./job.ts";

/** How long the outbox remembers what was sent. */
const MAILS_KEPT_MS = 90 * dayMs;
/** How long a network or browser that somebody signed in from stays familiar unused. */
const PLACES_KEPT_MS = 180 * dayMs;
/** How long a link that works no more can still be told from one that never was. */
const LINKS_KEPT_MS = 7 * dayMs;

/** Everything that Tollgate does by itself at certain times. The server starts them, the jobs page lists them. */
export const jobs: readonly Job[] = [
  defineJob({
    name: "ledger-proof",
    schedule: "7 2 * * *",
    maxSeconds: 3_600,
    async run({ now }) {
      const { rows, seals, differences } = await proveNightly(now);
      return { rows, seals, differences: differences.length };
    },
  }),
  // After the proof, which seals what may be dropped.
  defineJob({
    name: "log-retention",
    schedule: "37 4 * * *",
    maxSeconds: 3_600,
    run: ({ signal }) => keepLogs(signal),
  }),
  defineJob({
    name: "limit-grants",
    schedule: "11 * * * *",
    run: async ({ now }) => ({ reminded: (await remindOfEnding(now)) + (await remindOfLineEnds(now)) }),
  }),
  defineJob({
    name: "limit-reductions",
    schedule: "17 5 * * 1",
    run: ({ now }) => proposeReductions(now),
  }),
  defineJob({
    name: "official-prices",
    schedule: "13 3 * * *",
    async run({ now }) {
      const { items } = await syncOfficial(officialPricesActor, {}, now);
      const count = (what: string) => items.filter((item) => item.what === what).length;
      return { proposed: count("proposed"), drift: count("drift"), new: count("new"), gone: count("gone") };
    },
  }),
  defineJob({
    name: "rollup-sums",
    schedule: "*/10 * * * *",
    maxSeconds: 3_600,
    run: ({ signal }) => sumRollups(signal),
  }),
  // Each account's day ends at its own hour.
  defineJob({ name: "discount-tiers", schedule: "*/10 * * * *", run: ({ now }) => judgeConsumption(now) }),
  defineJob({ name: "balance-care", schedule: "*/10 * * * *", run: ({ now }) => careForBalances(now) }),
  // Each account's month ends at its own hour.
  defineJob({
    name: "statements",
    schedule: "29 * * * *",
    maxSeconds: 3_600,
    run: ({ now, signal }) => makeStatements(now, signal),
  }),
  defineJob({ name: "bonus-expiry", schedule: "*/10 * * * *", run: ({ now }) => expireBonuses(now) }),
  defineJob({
    name: "waiting-recharges",
    schedule: "*/5 * * * *",
    run: async ({ now }) => ({
      credited: await creditWithRates(),
      expired: await expireOrders(now),
      refundsSent: await sendRefunds(now),
    }),
  }),
  defineJob({
    name: "expired-answers",
    schedule: "23 * * * *",
    run: async ({ now }) => ({ forgotten: await purgeAnswers(now) }),
  }),
  defineJob({
    name: "sign-in-failures",
    schedule: "33 * * * *",
    run: async ({ now }) => ({
      forgotten: await purgeFailures(now),
      placesForgotten: await forgetSignIns(ago(now, PLACES_KEPT_MS)),
    }),
  }),
  defineJob({
    name: "spent-links",
    schedule: "41 3 * * *",
    run: async ({ now }) => ({ forgotten: await deleteSpentLinks(ago(now, LINKS_KEPT_MS)) }),
  }),
  defineJob({ name: "announcement-digest", schedule: "0 8 * * *", run: () => queueDigests() }),
  defineJob({
    name: "unconfirmed-subscribers",
    schedule: "44 3 * * *",
    async run({ now }) {
      const days = (await readSettings())["subscribers.unconfirmedDays"];
      return { forgotten: await deleteUnconfirmed(ago(now, days * dayMs)) };
    },
  }),
  defineJob({
    name: "outbox-retention",
    schedule: "52 3 * * *",
    run: async ({ now }) => ({
      deleted: await deleteOldMails(ago(now, MAILS_KEPT_MS)),
      tokensForgotten: await forgetTokens(ago(now, maxLinkMs)),
    }),
  }),
];

function ago(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms);
}
