import { nullInJson, prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";
import { findRateAt } from "#lib/recharges/rate-store";
import { readSettings } from "#lib/settings/store";
import type { Site } from "./schema.ts";

const logoKey = "site.logo";

/** The stored logo: a clean PNG and what names its version. */
export type Logo = { png: string; version: string };

/** How the gateway presents itself. */
export async function readSite(today: string): Promise<Site> {
  const [settings, logo] = await Promise.all([readSettings(), readLogo()]);
  const code = settings["site.currency"];
  const rate = code === "USD" ? undefined : await findRateAt(code, today);
  return {
    name: settings["site.name"],
    logo: logo === undefined ? null : logoPath(logo.version),
    accent: settings["site.accent"],
    header: settings["site.header"],
    footer: settings["site.footer"],
    timeZone: settings["site.timeZone"],
    currency: rate === undefined ? null : { code, usdPerUnit: rate.usdPerUnit, date: rate.date },
  };
}

/** Its address changes with the image, so that browsers may keep it for a year. */
export function logoPath(version: string): string {
  return `/api/site-logo?v=${version}`;
}

/** The image in base64. Undefined: there is none. */
export async function readLogo(on: Pick<Transaction, "setting"> = prisma()): Promise<Logo | undefined> {
  const row = await on.setting.findUnique({ where: { key: logoKey } });
  const value = row?.value;
  if (typeof value !== "object" || value === null || !("png" in value) || !("version" in value))
    return undefined;
  return { png: String(value.png), version: String(value.version) };
}

/** Null takes it away: the row stays and says so under the new `revision`, so that every node hears of it. */
export async function writeLogo(tx: Transaction, logo: Logo | null, revision: bigint): Promise<void> {
  await writeValue(tx, logoKey, logo ?? nullInJson, revision);
}

/** The site password's hash, and when it was set; none: the site is open. */
export async function readPasswordHash(): Promise<{ hash: string; changedAt: Date } | undefined> {
  const row = await prisma().setting.findUnique({ where: { key: "site.passwordHash" } });
  return typeof row?.value === "string" ? { hash: row.value, changedAt: row.updatedAt } : undefined;
}

/** Null opens the site: the row stays, as with writeLogo. */
export async function writePasswordHash(
  tx: Transaction,
  hash: string | null,
  revision: bigint,
): Promise<void> {
  await writeValue(tx, "site.passwordHash", hash ?? nullInJson, revision);
}

async function writeValue(
  tx: Transaction,
  key: string,
  value: string | Logo | typeof nullInJson,
  revision: bigint,
): Promise<void> {
  await tx.setting.upsert({ where: { key }, create: { key, value, revision }, update: { value, revision } });
}
