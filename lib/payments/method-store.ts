import { prisma } from "#lib/db/client";
import type { PaymentMethod, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";

/** The oldest first, disabled ones too; secrets are sealed. */
export async function listMethods(): Promise<PaymentMethod[]> {
  return prisma().paymentMethod.findMany({ orderBy: { createdAt: "asc" } });
}

/** Enabled or not; its secrets are sealed. Undefined: nobody has set it up. */
export async function findMethod(
  id: string,
  on: Pick<Transaction, "paymentMethod"> = prisma(),
): Promise<PaymentMethod | undefined> {
  return (await on.paymentMethod.findUnique({ where: { id } })) ?? undefined;
}

/** Sets it up, or writes over one of the same id; what `data` does not name stays. Secrets come sealed. */
export async function writeMethod(
  tx: Transaction,
  data: Prisma.PaymentMethodUncheckedCreateInput,
): Promise<PaymentMethod> {
  const { id, ...rest } = data;
  return tx.paymentMethod.upsert({ where: { id }, create: data, update: rest });
}

/** False: there is none. */
export async function removeMethod(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.paymentMethod.deleteMany({ where: { id } })).count === 1;
}
