import { dayMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { endingWithin, stillNeeded } from "#lib/groups/grant";
import { type EndingGrant, listEnding, markTold } from "#lib/groups/grant-store";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { config } from "#lib/runtime/config";
import { readersOf } from "./reader-store.ts";

const TOLD_BEFORE_MS = 3 * dayMs;
const AT_A_TIME = 200;

/**
 * Writes to accounts of which something activated on a line ends within 3 days, once for each end; not of what is open to
 * all by then. Answers how many accounts it wrote to.
 */
export async function remindOfLineEnds(now: Date): Promise<number> {
  let told = 0;
  const until = new Date(now.getTime() + TOLD_BEFORE_MS);
  let after: EndingGrant | null = null;
  for (;;) {
    const grants: EndingGrant[] = await listEnding({ from: now, to: until }, after, AT_A_TIME);
    for (const grant of grants) {
      const from = grant.toldUntil !== null && grant.toldUntil > now ? grant.toldUntil : now;
      const endings = stillNeeded(endingWithin(grant, from, until), grant.line, grant);
      const last = endings.at(-1);
      if (last !== undefined && (await remind(grant, endings, new Date(last.end)))) told += 1;
    }
    after = grants.at(-1) ?? null;
    if (after === null) return told;
  }
}

async function remind(
  grant: EndingGrant,
  endings: { model: string | null; end: string }[],
  toldUntil: Date,
): Promise<boolean> {
  const { accountId, accountName, line } = grant;
  await loadLayout();
  return inTransaction(async (tx) => {
    if (!(await markTold(tx, grant, grant, toldUntil))) return false;
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      const data = { accountName, line: line.name, endings, link: linesLink() };
      await queueMail(tx, { to: email, template: "line-grant-ending", locale, data });
    }
    return true;
  });
}

function linesLink(): string | null {
  const { publicUrl } = config();
  return publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, "")}/groups`;
}
