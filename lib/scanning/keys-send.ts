import { Agent, request } from "undici";
import { z } from "zod";
import { portOf } from "#lib/channels/address";
import { guardedLookup } from "#lib/channels/dial/live";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { singleton } from "#lib/runtime/singletons";

const published = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string().max(200), key: z.string().max(2_000) }))
    .max(100),
});

const FRESH_MS = 3_600_000;
/** However many unknown keys requests name, the partner is asked once a minute. */
const LEAST_PAUSE_MS = 60_000;
const MOST_BYTES = 262_144;

type Kept = { url: string; askedMs: number; keys: Map<string, string> };
const kept = () => singleton("scanning-keys", () => ({ now: undefined as Kept | undefined }));

/**
 * A key that a partner publishes at an address, PEM; undefined: it publishes none of this name. Kept for an hour; a name
 * that is not among them asks again, at most once a minute. Public addresses only, no redirects, 256 KB, 5 s.
 */
export async function publishedKey(url: string, id: string, nowMs: number): Promise<string | undefined> {
  const slot = kept();
  const known = slot.now?.url === url ? slot.now : undefined;
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : nowMs - known.askedMs;
  if (known?.keys.has(id) && ageMs < FRESH_MS) return known.keys.get(id);
  if (ageMs < LEAST_PAUSE_MS) return undefined;
  const asked: Kept = { url, askedMs: nowMs, keys: known?.keys ?? new Map() };
  slot.now = asked;
  try {
    asked.keys = await ask(url);
  } catch (error) {
    log().warn({ err: error }, "the scanning partner's public keys could not be fetched");
  }
  return asked.keys.get(id);
}

async function ask(url: string): Promise<Map<string, string>> {
  const { host, port } = config();
  const rules = () => ({ allowPrivate: false, own: { host, port } });
  const agent = new Agent({
    connect: { lookup: guardedLookup(rules, portOf(new URL(url))), timeout: 5_000 },
  });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
      headers: { accept: "application/json" },
    });
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Error("the answer is larger than 256 KB");
      chunks.push(Buffer.from(chunk));
    }
    const { public_keys } = published.parse(JSON.parse(Buffer.concat(chunks).toString("utf8")));
    return new Map(public_keys.map(({ key_identifier, key }) => [key_identifier, key]));
  } finally {
    await agent.destroy();
  }
}
