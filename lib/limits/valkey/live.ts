import { createHash } from "node:crypto";
import { Redis } from "iovalkey";
import type { SharedEngine } from "../limiter.ts";
import { valkeyLimiter } from "./limiter.ts";
import { changeScript, renewScript, takeScript } from "./script.ts";

/** A connection that keeps itself alive, and the counters behind it. */
export type ValkeyConnection = {
  engine: SharedEngine;
  close(): void;
};

type Args = readonly (string | number)[];

const CONNECT_MS = 2_000;
const LONGEST_PAUSE_MS = 500;

/** Connects; what is asked before that, or while it is cut, is rejected at once. `nowUs` is a clock for tests. */
export function connectValkey(url: string, processId: string, nowUs?: () => number): ValkeyConnection {
  const redis = new Redis(url.replace(/^valkey/, "redis"), {
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectionName: "tollgate",
    retryStrategy: (tries) => Math.min(LONGEST_PAUSE_MS, 50 * tries),
  });
  // Each command says by itself that it failed; without a listener every try to connect would be printed.
  redis.on("error", () => undefined);
  const run = (text: string) => {
    const sha = createHash("sha1").update(text).digest("hex");
    return async (base: string, args: Args): Promise<unknown> => {
      try {
        return await redis.evalsha(sha, 1, base, ...args);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        return redis.eval(text, 1, base, ...args);
      }
    };
  };
  const take = run(takeScript);
  const scripts = {
    take: async (base: string, args: Args) => (await take(base, args)) as readonly number[],
    change: run(changeScript),
    renew: run(renewScript),
    ping: () => redis.ping(),
  };
  const clock = nowUs === undefined ? {} : { nowUs };
  return {
    engine: valkeyLimiter({ scripts, processId, ...clock }),
    close: () => redis.disconnect(),
  };
}

/** Tries an address: undefined if scripts run there, else why not, in words that may be shown. */
export async function answersAt(url: string): Promise<string | undefined> {
  const redis = new Redis(url.replace(/^valkey/, "redis"), {
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let why: unknown;
  redis.on("error", (error) => {
    why = error;
  });
  try {
    await redis.connect();
    await redis.eval("return redis.call('TIME')", 0);
    return undefined;
  } catch (error) {
    return wordsOf(why ?? error);
  } finally {
    redis.disconnect();
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (/NOAUTH|WRONGPASS|NOPERM/.test(error.message)) return "user or password is wrong";
  return code ?? (/timed out/i.test(error.message) ? "it takes too long" : "the connection failed");
}
