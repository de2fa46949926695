import { Agent, request } from "undici";
import { z } from "zod";
import { type DialRules, dialProblem, portOf } from "#lib/channels/address";
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
const PATIENCE_MS = 5_000;

/** `asking` is over when `keys` holds what was answered. */
type Kept = { url: string; askedMs: number; keys: Map<string, string>; asking: Promise<void> };
const kept = () => singleton("scanning-keys", () => ({ now: undefined as Kept | undefined }));

/**
 * A key that a partner publishes at an address, PEM; undefined: it publishes none of this name. Kept for an hour; a name
 * that is not among them asks again, at most once a minute. Public addresses only (but for `allowPrivate`), no redirects,
 * 256 KB, 5 s; what was known stays where that fails.
 */
export async function publishedKey(
  url: string,
  id: string,
  nowMs: number,
  allowPrivate = false,
): Promise<string | undefined> {
  const slot = kept();
  const known = slot.now?.url === url ? slot.now : undefined;
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : nowMs - known.askedMs;
  if (known?.keys.has(id) && ageMs < FRESH_MS) return known.keys.get(id);
  if (known !== undefined && ageMs < LEAST_PAUSE_MS) {
    // Reports come many at once: those that find the first one asking wait for its answer.
    await known.asking;
    return known.keys.get(id);
  }
  const asked: Kept = { url, askedMs: nowMs, keys: known?.keys ?? new Map(), asking: Promise.resolve() };
  asked.asking = fill(asked, allowPrivate);
  slot.now = asked;
  await asked.asking;
  return asked.keys.get(id);
}

async function fill(asked: Kept, allowPrivate: boolean): Promise<void> {
  const { host, port } = config();
  try {
    asked.keys = await ask(new URL(asked.url), { allowPrivate, own: { host, port } });
  } catch (error) {
    log().warn({ err: error }, "the scanning partner's public keys could not be fetched");
  }
}

async function ask(url: URL, rules: DialRules): Promise<Map<string, string>> {
  // A literal address is never looked up: it is judged here, a name by what it resolves to.
  const problem = dialProblem(url, rules);
  if (problem !== undefined) throw new Error(problem);
  const connect = { lookup: guardedLookup(() => rules, portOf(url)), timeout: PATIENCE_MS };
  const agent = new Agent({ connect });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.timeout(PATIENCE_MS),
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
