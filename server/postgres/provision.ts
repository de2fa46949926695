import pg from "pg";
import { ADMIN_ROLE } from "./cluster.ts";

/** The role and the database of the app. */
export const APP_ROLE = "tollgate";

/**
 * Makes the app's role and database unless they are there. The app is no superuser: an injected statement
 * could not leave the database.
 */
export async function provision(adminUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const roles = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [APP_ROLE]);
    if (roles.rowCount === 0) {
      await client.query(`CREATE ROLE ${APP_ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    }
    const databases = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [APP_ROLE]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${APP_ROLE} OWNER ${APP_ROLE}`);
  } finally {
    await client.end();
  }
}

/** URL of the app's own role and database. */
export function appUrl(port: number, password: string): string {
  return `postgres://${APP_ROLE}:${password}@127.0.0.1:${port}/${APP_ROLE}`;
}

/** URL of the superuser, for provisioning and for tests that make databases. */
export function adminUrl(port: number, password: string): string {
  return `postgres://${ADMIN_ROLE}:${password}@127.0.0.1:${port}/postgres`;
}
