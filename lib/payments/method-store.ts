import { prisma } from "#lib/db/client";
import type { PaymentMethod, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";

export async function listMethods(): Promise<PaymentMethod[]> {
  return prisma().paymentMethod.findMany({ orderBy: { createdAt: "asc" } });
}

export async function findMethod(
  id: string,
  on: Pick<Transaction, "paymentMethod"> = prisma(),
): Promise<PaymentMethod | undefined> {
  return (await on.paymentMethod.findUnique({ where: { id } })) ?? undefined;
}

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
