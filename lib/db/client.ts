import { PrismaPg } from "@prisma/adapter-pg";
import { config, setConfig } from "#lib/runtime/config";
import { clearSingleton, peekSingleton, singleton } from "#lib/runtime/singletons";
import { Prisma, PrismaClient } from "./generated/client.ts";
import { closeLocks } from "./lock.ts";
import { closePool } from "./pool.ts";

/** The console's connections. The hot path's are in pool.ts. Made on first use from DATABASE_URL. */
export function prisma(): PrismaClient {
  return singleton("prisma", () => createPrisma(requiredUrl()));
}

/** Ends the console's connections; the next use opens new ones. */
export async function closePrisma(): Promise<void> {
  const open = peekSingleton<PrismaClient>("prisma");
  clearSingleton("prisma");
  await open?.$disconnect();
  await closeLocks();
}

/** SQL NULL in a nullable JSON column; JSON's own null is another thing. */
export const jsonNull = Prisma.DbNull;

/** JSON's own null, in a JSON column that is not nullable. */
export const nullInJson = Prisma.JsonNull;

/** Points this process at another database: for tests, which each have their own. Open connections end. */
export async function connectDatabase(url: string): Promise<void> {
  await closePrisma();
  await closePool();
  clearSingleton("pool");
  setConfig({ ...config(), databaseUrl: url, databaseDirectUrl: url });
}

function createPrisma(url: string): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: "tollgate-console",
  });
  return new PrismaClient({ adapter });
}

function requiredUrl(): string {
  const url = config().databaseUrl;
  if (url === undefined) throw new Error("DATABASE_URL is not set and no embedded Postgres was started");
  return url;
}
