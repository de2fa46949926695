import { dayMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { endingWithin } from "#lib/groups/grant";
import { listEnding, markTold } from "#lib/groups/grant-store";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { config } from "#lib/runtime/config";
import { readersOf } from "./reader-store.ts";

const TOLD_BEFORE_MS = 3 * dayMs;

/**
 * Writes to accounts of which something activated on a line ends within 3 days, once for each end. Answers how
 * many accounts it wrote to.
 */
export async function remindOfLineEnds(now: Date): Promise<number> {
  let told = 0;
  const until = new Date(now.getTime() + TOLD_BEFORE_MS);
  for (const grant of await listEnding()) {
    const from = grant.toldUntil !== null && grant.toldUntil > now ? grant.toldUntil : now;
    const endings = endingWithin(grant, from, until);
    const last = endings.at(-1);
    if (last !== undefined && (await remind(grant, endings, new Date(last.end)))) told += 1;
  }
  return told;
}

async function remind(
  grant: Awaited<ReturnType<typeof listEnding>>[number],
  endings: { model: string | null; end: string }[],
  toldUntil: Date,
): Promise<boolean> {
  const { accountId, accountName, line } = grant;
  await loadLayout();
  return inTransaction(async (tx) => {
    if (!(await markTold(tx, grant, grant, toldUntil))) return false;
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      const data = { accountName, line, endings, link: linesLink() };
      await queueMail(tx, { to: email, template: "line-grant-ending", locale, data });
    }
    return true;
  });
}

function linesLink(): string | null {
  const { publicUrl } = config();
  return publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, "")}/groups`;
}
