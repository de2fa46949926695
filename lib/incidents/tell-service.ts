import { formatUsd } from "#lib/core/money";
import type { ApiKey, Incident as IncidentRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Reader, readersOf } from "#lib/limits/reader-store";
import { createLink } from "#lib/mail/link-store";
import { joinTokens } from "#lib/mail/one-time";
import { queueMail } from "#lib/mail/service";
import type { IncidentNotice } from "#lib/mail/templates/incident";
import { requestBase } from "#lib/runtime/request-base";
import { readSettings } from "#lib/settings/store";
import { listOperators } from "#lib/users/store";
import { readSignals } from "./evidence.ts";
import { type LinkAction, linkActions, linkPath, purposeOf, subjectOf } from "./links.ts";
import { reasonText } from "./words.ts";

type Told = { incident: IncidentRow; key: ApiKey; accountName: string; now: Date };
type What = { done: IncidentNotice["done"]; cap: bigint | null };

/**
 * Writes to the people of the account, with links that act, and, where the setting says so, to owners and operators.
 * Answers how many mails that are.
 */
export async function tellOf(tx: Transaction, told: Told, what: What): Promise<number> {
  const readers = await readersOf(tx, told.incident.accountId, null);
  for (const reader of readers) await tellCustomer(tx, reader, told, what);
  if (!(await readSettings(tx))["incidents.mailOperators"]) return readers.length;
  const known = new Set(readers.map(({ email }) => email));
  const operators = (await listOperators(tx)).filter(({ email }) => !known.has(email));
  for (const { email, locale } of operators) {
    const data = noticeOf(told, what, locale, null);
    await queueMail(tx, { to: email, template: "incident", locale, isUrgent: true, data });
  }
  return readers.length + operators.length;
}

async function tellCustomer(
  tx: Transaction,
  { email, locale }: Reader,
  told: Told,
  what: What,
): Promise<void> {
  const { incident, now } = told;
  const tokens: string[] = [];
  const links = new Map<LinkAction, string>();
  let expiresAt = now;
  for (const action of actionsFor(incident, what)) {
    const target = { action: purposeOf(action), subject: subjectOf(incident.id, email) };
    const link = await createLink(tx, target, { now });
    tokens.push(link.token);
    links.set(action, `${requestBase()}${linkPath(action, link.token)}`);
    expiresAt = link.expiresAt;
  }
  const actions = {
    suspend: links.get("suspend-key") ?? null,
    block: links.get("block-ip") ?? null,
    trust: links.get("trust-ip") ?? null,
    expiresAt: expiresAt.toISOString(),
  };
  const data = noticeOf(told, what, locale, tokens.length === 0 ? null : actions);
  const oneTime = tokens.length === 0 ? {} : { oneTime: joinTokens(tokens) };
  await queueMail(tx, { to: email, template: "incident", locale, isUrgent: true, data, ...oneTime });
}

/** What can still be done: nothing about networks where none is named, no suspending of what is suspended. */
function actionsFor({ networks, cause }: IncidentRow, { done }: What): LinkAction[] {
  return linkActions.filter((action) => {
    if (action === "suspend-key") return done !== "suspended";
    return networks.length > 0 && cause === "pattern";
  });
}

function noticeOf(
  { incident, key, accountName }: Told,
  { done, cap }: What,
  locale: "en" | "zh",
  actions: IncidentNotice["actions"],
): IncidentNotice {
  return {
    accountName,
    keyName: key.name,
    keyLabel: `${key.prefix}…${key.last4}`,
    reasons: readSignals(incident.signals).map((signal) => reasonText(signal, locale)),
    networks: incident.networks,
    requests: incident.requests,
    spent: formatUsd(incident.spentNanoUsd),
    since: incident.since.toISOString(),
    done,
    cap: cap === null ? null : formatUsd(cap),
    link: `${requestBase()}/incidents/${incident.id}`,
    actions,
  };
}
