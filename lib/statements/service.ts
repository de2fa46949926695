import type { Download } from "#lib/api/download";
import { getBalanceCare } from "#lib/balance/service";
import { notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { renderDocument } from "#lib/documents/live";
import { readersOf } from "#lib/limits/reader-store";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import type { Attachment } from "#lib/mail/smtp/send";
import { attachReceipt, readLetterhead } from "#lib/recharges/document-service";
import { log } from "#lib/runtime/log";
import { requestBase } from "#lib/runtime/request-base";
import { statementCsv, statementPageOf } from "./document.ts";
import { linesOf, sumOf } from "./lines.ts";
import type { Statement } from "./schema.ts";
import { type DueMonth, findDue, findStatement, insertStatement, lastClosing, readMonth } from "./store.ts";

const AT_A_TIME = 500;

/** Throws 404. */
export async function getStatement(id: string): Promise<Statement> {
  const statement = await findStatement(id);
  if (statement === undefined) throw notFound("statement");
  return statement;
}

/** A statement as a file. Throws 404. */
export async function statementFile(id: string, format: "pdf" | "csv", locale: string): Promise<Download> {
  const statement = await getStatement(id);
  if (format === "csv") {
    const body = new Blob([statementCsv(statement)]).stream();
    return { body, contentType: "text/csv; charset=utf-8", fileName: `statement-${statement.month}.csv` };
  }
  const { content, ...file } = await draw(statement, locale);
  return { ...file, body: new Blob([content]).stream() };
}

/** Makes what a mail names "statement <id>", or "receipt <order>"; undefined for what is none of ours. */
export async function attachDocument(attachment: string, locale: string): Promise<Attachment | undefined> {
  const [kind, id = ""] = attachment.split(" ");
  if (kind !== "statement") return attachReceipt(attachment, locale);
  const statement = await findStatement(id);
  return statement && draw(statement, locale);
}

async function draw(statement: Statement, locale: string): Promise<Attachment> {
  const spec = statementPageOf(statement, { locale, brand: await readLetterhead() });
  return {
    fileName: `statement-${statement.month}.pdf`,
    contentType: "application/pdf",
    content: await renderDocument(spec),
  };
}

/** Writes the statements of all months that are over, and mails them to who wants that. */
export async function makeStatements(now: Date, signal?: AbortSignal): Promise<{ made: number }> {
  await loadLayout();
  let made = 0;
  for (;;) {
    const due = await findDue(now, AT_A_TIME);
    const before = made;
    for (const month of due) {
      if (signal?.aborted) return { made };
      try {
        if (await makeStatement(month, now)) made += 1;
      } catch (error) {
        log().warn({ err: error, account: month.accountId }, "a statement could not be made");
      }
    }
    if (due.length < AT_A_TIME && made === before) return { made };
    if (made === before) return { made };
  }
}

async function makeStatement(due: DueMonth, now: Date): Promise<boolean> {
  const { accountId, month } = due;
  const { inForce } = await getBalanceCare(accountId, now);
  return inTransaction(async (tx) => {
    const read = await readMonth(due, tx);
    const openingNanoUsd = (await lastClosing(accountId, tx)) ?? read.openingNanoUsd;
    const lateNanoUsd = read.openingNanoUsd - openingNanoUsd;
    const lines = linesOf(read);
    const closingNanoUsd = openingNanoUsd + lateNanoUsd + sumOf(lines);
    if (closingNanoUsd !== read.closingNanoUsd)
      throw new Error(`statement ${month} does not equal the ledger`);
    const id = await insertStatement(tx, {
      ...{ accountId, month, timeZone: due.timeZone, startsAt: due.from, endsAt: due.to },
      ...{ openingNanoUsd, lateNanoUsd, closingNanoUsd, lines, createdAt: now },
    });
    if (id === undefined || !inForce.mailsStatements) return id !== undefined;
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      const data = { accountName: due.accountName, month, link: `${requestBase()}/recharge#statements` };
      const attachment = `statement ${id}`;
      await queueMail(tx, { to: email, locale, template: "statement", data, attachment });
    }
    return true;
  });
}
