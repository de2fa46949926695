import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import { config } from "#lib/runtime/config";
import { seal } from "#lib/secrets/live";
import { adoptLimitServer } from "./live.ts";
import type { LimitServerAnswer, PutLimitServer } from "./server-schema.ts";
import { findServerUrl, removeServer, writeServer } from "./server-store.ts";
import { describeCounting } from "./usage-service.ts";
import { answersAt } from "./valkey/live.ts";

const target = { targetType: "limit-server", targetId: "limit-server" };

/** Where limits are counted: as entered by form, else REDIS_URL, else nowhere but on the nodes themselves. */
export async function describeLimitServer(): Promise<LimitServerAnswer> {
  const entered = await findServerUrl();
  const url = entered ?? config().redisUrl;
  const source = entered !== undefined ? "form" : url !== undefined ? "environment" : "none";
  return { source, ...shown(url), counting: describeCounting() };
}

/** Keeps the server's address, sealed; in force on this node when it returns. Throws 422 unless it answers. */
export async function putLimitServer(actor: Actor, { url }: PutLimitServer): Promise<LimitServerAnswer> {
  const trouble = await answersAt(url);
  if (trouble !== undefined) throw invalidFields({ url: `the server does not answer: ${trouble}` });
  const before = await findServerUrl();
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    await writeServer(tx, seal(url, "limits.url"));
    await audit(tx, actor, {
      action: "limit-server.update",
      ...target,
      before: shown(before),
      after: shown(url),
    });
    return revision;
  });
  await take(revision);
  return describeLimitServer();
}

/** Forgets what was entered by form; in force on this node when it returns. */
export async function deleteLimitServer(actor: Actor): Promise<void> {
  const before = await findServerUrl();
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    if (await removeServer(tx))
      await audit(tx, actor, { action: "limit-server.delete", ...target, before: shown(before) });
    return revision;
  });
  await take(revision);
}

async function take(revision: bigint): Promise<void> {
  await applied(revision);
  await adoptLimitServer();
}

/** What of an address may be seen. */
function shown(url: string | undefined): { host: string | null; tls: boolean } {
  const parsed = url === undefined ? null : URL.parse(url);
  if (parsed === null) return { host: null, tls: false };
  const port = parsed.port === "" ? "6379" : parsed.port;
  return { host: `${parsed.hostname}:${port}`, tls: ["rediss:", "valkeys:"].includes(parsed.protocol) };
}
