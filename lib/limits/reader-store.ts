import type { Transaction } from "#lib/db/transaction";

/** Whom a mail about an account's limits is for, in their language. */
export type Reader = { email: string; locale: "en" | "zh" };

/**
 * Who asked, and the account's admins; where it has no people, the address that stands in it. Those who cannot sign in
 * any more are left out.
 */
export async function readersOf(
  tx: Transaction,
  accountId: string,
  askedById: string | null,
): Promise<Reader[]> {
  const members = await tx.membership.findMany({
    where: { accountId, user: { status: "active" } },
    include: { user: { select: { id: true, email: true, locale: true } } },
    orderBy: { createdAt: "asc" },
  });
  const readers = members
    .filter(({ role, user }) => role === "admin" || user.id === askedById)
    .map(({ user }) => ({ email: user.email, locale: localeOf(user.locale) }));
  if (readers.length > 0) return readers;
  const account = await tx.account.findUnique({ where: { id: accountId }, select: { email: true } });
  return account?.email == null ? [] : [{ email: account.email, locale: "en" }];
}

function localeOf(locale: string | null): "en" | "zh" {
  return locale === "zh" ? "zh" : "en";
}
