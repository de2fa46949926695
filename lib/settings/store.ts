import { nullInJson, prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { type Settings, settingShapes, settingsFromRows } from "./schema.ts";

/** All settings, with defaults for what nobody has set. */
export async function readSettings(on: Pick<Transaction, "setting"> = prisma()): Promise<Settings> {
  const rows = await on.setting.findMany({ where: { key: { in: Object.keys(settingShapes) } } });
  return settingsFromRows(rows);
}

/** Writes one setting under a config revision. */
export async function writeSetting(
  tx: Transaction,
  key: string,
  given: Settings[keyof Settings],
  revision: bigint,
): Promise<void> {
  const value = given ?? nullInJson;
  await tx.setting.upsert({
    where: { key },
    create: { key, value, revision },
    update: { value, revision },
  });
}
