import { hash, verify } from "@node-rs/argon2";
import { Counter } from "prom-client";
import { AppError } from "#lib/core/errors";
import { registry } from "#lib/runtime/prometheus";
import { singleton } from "#lib/runtime/singletons";

/** argon2id as OWASP recommends: 19 MiB, 2 passes, 1 lane: about 20 ms. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The argon2id hash of a password. */
export function hashPassword(password: string): Promise<string> {
  return withHashSlot(() => {
    counter().inc();
    return hash(password, cost);
  });
}

/**
 * Whether the password fits the hash. Without a hash (no such person) it works as long against a dummy, so
 * that the time of an answer does not tell whether an address is known. Call it inside withHashSlot.
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  // Who signs in at a provider only has none: "".
  const isSet = passwordHash !== undefined && passwordHash !== "";
  const against = isSet ? passwordHash : await dummyHash();
  counter().inc();
  const fits = await verify(against, password).catch(() => false);
  return fits && isSet;
}

/**
 * Runs `work` in one of two slots of this process: a burst of sign-ins must take neither the memory nor the
 * CPU from the gateway. Others wait in line; with 256 in line, 503 `overloaded`.
 */
export async function withHashSlot<T>(work: () => Promise<T>): Promise<T> {
  const line = singleton("hash-slots", () => ({ running: 0, waiting: [] as (() => void)[] }));
  if (line.waiting.length >= maxWaiting) throw overloaded();
  if (line.running >= maxRunning) await new Promise<void>((resolve) => line.waiting.push(resolve));
  else line.running += 1;
  try {
    return await work();
  } finally {
    const next = line.waiting.shift();
    // The slot passes on to the next in line, so `running` stays as it is.
    if (next) next();
    else line.running -= 1;
  }
}

/** How many passwords were hashed or compared: what a burst of sign-ins costs. */
function counter(): Counter {
  return singleton("password-hashes", () => {
    const name = "tollgate_password_hashes_total";
    return new Counter({ name, help: "Passwords hashed or compared", registers: [registry()] });
  });
}

const maxRunning = 2;
const maxWaiting = 256;

function dummyHash(): Promise<string> {
  return singleton("dummy-hash", () => hash("no one's password", cost));
}

function overloaded(): AppError {
  return new AppError({
    code: "overloaded",
    status: 503,
    message: "Too many sign-ins at once. Try again in a moment.",
    headers: { "retry-after": "1" },
  });
}
