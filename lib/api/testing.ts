import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Role } from "#lib/auth/can";
import { issueCookie } from "#lib/auth/live";
import { closePrisma, connectDatabase, prisma } from "#lib/db/client";
import { testDatabase } from "#lib/db/testing";
import { config, setConfig } from "#lib/runtime/config";
import { peerHeader, peerValue } from "#lib/runtime/peer";
import { openMasterKey } from "#lib/secrets/live";
import { hashPassword } from "#lib/users/live";
import { createUser, findUserById } from "#lib/users/store";

export const testOrigin = "http://console.test";
export const testPassword = "correct horse battery";

/** A console without a server: a migrated database, a master key, this process's singletons pointing at them. */
export async function startTestConsole(
  options: { seeded?: boolean } = {},
): Promise<{ stop(): Promise<void> }> {
  const database = await testDatabase(options);
  const dataDir = await mkdtemp(join(tmpdir(), "tollgate-test-"));
  await connectDatabase(database.url);
  setConfig({ ...config(), dataDir, masterKeyFile: join(dataDir, "master.key"), logLevel: "silent" });
  await openMasterKey();
  return {
    async stop() {
      await closePrisma();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes a person with `testPassword`; answers their id and a session cookie, the password entered `ageMs` ago. */
export async function testUser(role: Role = "owner", ageMs = 0) {
  const email = `${role}-${randomBytes(4).toString("hex")}@example.com`;
  const passwordHash = await hashPassword(testPassword);
  const user = await prisma().$transaction((tx) => createUser(tx, { email, name: role, passwordHash, role }));
  return { id: user.id, email, cookie: await testCookie(user.id, ageMs) };
}

/** A Cookie header for a person, whose password was entered `ageMs` ago. */
export async function testCookie(userId: string, ageMs = 0): Promise<string> {
  const user = await findUserById(userId);
  if (user === undefined) throw new Error("no such person");
  return (await issueCookie(user, Date.now() - ageMs)).split(";")[0] ?? "";
}

/** A request as the listener hands it over: peer header set; with a cookie also the console's Origin. */
export function testRequest(
  method: string,
  path: string,
  options: {
    body?: unknown;
    cookie?: string;
    token?: string;
    headers?: Record<string, string>;
    ip?: string;
  } = {},
): Request {
  const { body, cookie, token, headers = {}, ip = "203.0.113.7" } = options;
  return new Request(`${testOrigin}${path}`, {
    method,
    headers: {
      host: new URL(testOrigin).host,
      [peerHeader]: peerValue(ip),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(cookie === undefined ? {} : { cookie, origin: testOrigin }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
