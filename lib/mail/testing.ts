import { prisma } from "#lib/db/client";
import { open } from "#lib/secrets/live";
import { showToken } from "./one-time.ts";

/** Mails to an address, oldest first, as their reader gets them. */
export async function mailsTo(address: string): Promise<{ subject: string; text: string; token: string }[]> {
  const rows = await prisma().mail.findMany({ where: { to: address }, orderBy: { id: "asc" } });
  return rows.map(({ subject, text, secret }) => {
    const token = secret === null ? "" : open(secret, "mail.secret");
    return { subject, text: token === "" ? text : showToken(text, token), token };
  });
}

/** The token of the newest mail to an address. */
export async function newestToken(address: string): Promise<string> {
  return (await mailsTo(address)).at(-1)?.token ?? "";
}
