import { type Queryable, queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import { open } from "#lib/secrets/live";

const ID = 1;

/** The address that was entered by form, password included; undefined: none was. */
export async function findServerUrl(on?: Queryable): Promise<string | undefined> {
  const [row] = await queryRows<{ url: Uint8Array }>("SELECT url FROM limit_server WHERE id = $1", [ID], on);
  return row && open(row.url, "limits.url");
}

/** Keeps a sealed address. */
export async function writeServer(tx: Transaction, url: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.limitServer.upsert({ where: { id: ID }, create: { id: ID, url }, update: { url } });
}

/** Forgets the address; true if there was one. */
export async function removeServer(tx: Transaction): Promise<boolean> {
  return (await tx.limitServer.deleteMany({ where: { id: ID } })).count > 0;
}
