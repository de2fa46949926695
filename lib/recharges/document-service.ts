import { AppError } from "#lib/core/errors";
import { formatUsd, parseUsd } from "#lib/core/money";
import type { DocumentSpec } from "#lib/documents/layout";
import { renderDocument } from "#lib/documents/live";
import type { Attachment } from "#lib/mail/smtp/send";
import { readSettings } from "#lib/settings/store";
import { readLogo } from "#lib/site/store";
import { receiptOf } from "./receipt.ts";
import type { Recharge } from "./schema.ts";
import { getRecharge } from "./service.ts";
import { findRecharge } from "./store.ts";

/** An order's receipt as a PDF. Throws 404; 409 `not_credited` for one that never was. */
export async function receiptFile(id: string, locale: string): Promise<Attachment> {
  const recharge = await getRecharge(id);
  if (recharge.creditedAt === null) {
    const message = "There is a receipt once the order is credited.";
    throw new AppError({ code: "not_credited", status: 409, message });
  }
  return draw(recharge, locale);
}

/** Makes what a mail names "receipt <order>"; undefined for what is none of ours. */
export async function attachReceipt(attachment: string, locale: string): Promise<Attachment | undefined> {
  const [kind, id = ""] = attachment.split(" ");
  if (kind !== "receipt") return undefined;
  const recharge = await findRecharge(id);
  return recharge && draw(recharge, locale);
}

/** Whose paper documents are: the site's name and logo. */
export async function readLetterhead(): Promise<DocumentSpec["brand"]> {
  const [settings, logo] = await Promise.all([readSettings(), readLogo()]);
  return {
    name: settings["site.name"],
    logo: logo === undefined ? null : new Uint8Array(Buffer.from(logo.png, "base64")),
  };
}

async function draw(recharge: Recharge, locale: string): Promise<Attachment> {
  const brand = await readLetterhead();
  const sum = (one: string, other: string) => formatUsd(parseUsd(one) + parseUsd(other));
  const spec = receiptOf(recharge, { locale, brand, method: recharge.method }, sum);
  const fileName = `receipt-${recharge.orderNo.replace(/[^\w.-]+/g, "_")}.pdf`;
  return { fileName, contentType: "application/pdf", content: await renderDocument(spec) };
}
