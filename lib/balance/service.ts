import type { Account } from "#lib/accounts/schema";
import { getAccount } from "#lib/accounts/service";
import { lockAccount, updateAccountRow } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { notFound } from "#lib/core/errors";
import { formatUsd, parseUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { inTransaction } from "#lib/db/transaction";
import { readersOf } from "#lib/limits/reader-store";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { log } from "#lib/runtime/log";
import { requestBase } from "#lib/runtime/request-base";
import { readSettings } from "#lib/settings/store";
import { changesOfCare, daysLeft, type LowKind, lowBy, type Standing } from "./care.ts";
import type { BalanceCare, CreditLine, UpdateBalanceCare } from "./schema.ts";
import {
  type CaredFor,
  claimNotice,
  clearNotice,
  findCaredFor,
  findPerhapsLow,
  paceOf,
  setCreditLine,
} from "./store.ts";

type Defaults = { lowBalance: bigint; lowDays: number; mailsStatements: boolean };

/** How an account stands, and when it is told. Throws 404. */
export async function getBalanceCare(accountId: string, now: Date): Promise<BalanceCare> {
  const account = isUuid(accountId) ? await findCaredFor(accountId, now) : undefined;
  if (account === undefined) throw notFound("account");
  const defaults = await readDefaults();
  const standing = standingOf(account, defaults);
  return {
    lowBalance: account.lowBalance === null ? null : formatUsd(account.lowBalance),
    lowBalanceDays: account.lowDays,
    mailsStatements: account.mailsStatements,
    inForce: {
      lowBalance: formatUsd(standing.lowNanoUsd),
      lowBalanceDays: standing.lowDays,
      mailsStatements: account.mailsStatements ?? defaults.mailsStatements,
    },
    spendable: formatUsd(account.spendable),
    pace: formatUsd(standing.paceNanoUsd),
    daysLeft: daysLeft(standing),
    low: lowBy(standing),
    toldAt: account.toldAt?.toISOString() ?? null,
  };
}

/** Changes when an account is told; null goes back to the settings. Throws 404. */
export async function updateBalanceCare(
  actor: Actor,
  accountId: string,
  body: UpdateBalanceCare,
  now: Date,
): Promise<BalanceCare> {
  await inTransaction(async (tx) => {
    const before = await lockAccount(tx, accountId);
    if (before === undefined) throw notFound("account");
    const { lowBalance, lowBalanceDays, mailsStatements } = body;
    await updateAccountRow(tx, accountId, {
      ...(lowBalance === undefined
        ? {}
        : { lowBalanceNanoUsd: lowBalance === null ? null : parseUsd(lowBalance) }),
      ...(lowBalanceDays === undefined ? {} : { lowBalanceDays }),
      ...(mailsStatements === undefined ? {} : { mailsStatements }),
    });
    await audit(tx, actor, {
      ...{ action: "account.balance-care", targetType: "account", targetId: accountId, after: body },
      before: {
        lowBalance: before.lowBalanceNanoUsd === null ? null : formatUsd(before.lowBalanceNanoUsd),
        lowBalanceDays: before.lowBalanceDays,
        mailsStatements: before.mailsStatements,
      },
    });
  });
  return getBalanceCare(accountId, now);
}

/** Lets an account's balance fall below 0 by so much: what calls may take includes it from now on. Throws 404. */
export async function changeCreditLine(actor: Actor, accountId: string, body: CreditLine): Promise<Account> {
  await inTransaction(async (tx) => {
    if ((await lockAccount(tx, accountId)) === undefined) throw notFound("account");
    const before = await setCreditLine(tx, accountId, parseUsd(body.amount));
    await audit(tx, actor, {
      ...{ action: "account.credit-line", targetType: "account", targetId: accountId },
      before: { creditLine: formatUsd(before) },
      after: { creditLine: formatUsd(parseUsd(body.amount)), reason: body.reason.trim() },
    });
  });
  return getAccount(accountId);
}

/** Tells accounts whose money has become low, once, and forgets it of those that have recovered. */
export async function careForBalances(now: Date): Promise<{ told: number; recovered: number }> {
  await loadLayout();
  const defaults = await readDefaults();
  let [told, recovered] = [0, 0];
  for (const account of await findPerhapsLow(now, defaults)) {
    const { tell, clear } = changesOfCare(standingOf(account, defaults), new Set(account.told));
    try {
      for (const kind of tell) if (await tellLow(account, kind, defaults, now)) told += 1;
      for (const kind of clear) await inTransaction((tx) => clearNotice(tx, account.accountId, kind));
      recovered += clear.length;
    } catch (error) {
      log().warn({ err: error, account: account.accountId }, "an account could not be told of its balance");
    }
  }
  return { told, recovered };
}

function tellLow(account: CaredFor, kind: LowKind, defaults: Defaults, now: Date): Promise<boolean> {
  const { accountId, accountName, spendable } = account;
  const standing = standingOf(account, defaults);
  return inTransaction(async (tx) => {
    if (!(await claimNotice(tx, accountId, kind, now))) return false;
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      const data = {
        ...{ accountName, kind, spendable: formatUsd(spendable), pace: formatUsd(standing.paceNanoUsd) },
        ...{
          daysLeft: daysLeft(standing),
          threshold: formatUsd(standing.lowNanoUsd),
          link: `${requestBase()}/recharge`,
        },
      };
      await queueMail(tx, { to: email, locale, template: "balance-low", data });
    }
    return true;
  });
}

function standingOf(account: CaredFor, defaults: Defaults): Standing {
  return {
    spendableNanoUsd: account.spendable,
    paceNanoUsd: paceOf(account),
    lowNanoUsd: account.lowBalance ?? defaults.lowBalance,
    lowDays: account.lowDays ?? defaults.lowDays,
  };
}

async function readDefaults(): Promise<Defaults> {
  const settings = await readSettings();
  return {
    lowBalance: parseUsd(settings["balance.low"]),
    lowDays: settings["balance.lowDays"],
    mailsStatements: settings["statements.mail"],
  };
}
