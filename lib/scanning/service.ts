import type { Actor } from "#lib/api/operation";
import { AppError } from "#lib/core/errors";
import type { Signal } from "#lib/incidents/finding";
import { raiseFinding } from "#lib/incidents/raise-service";
import { endOverlap } from "#lib/keys/rotation-service";
import { checksumOk, hashSecret, secretParts } from "#lib/keys/secret";
import { readSettings } from "#lib/settings/store";
import { findSecrets } from "./find.ts";
import { publishedKey } from "./keys-send.ts";
import { type CheckedText, type Report, reportBody, type Verdict } from "./schema.ts";
import { isSignedBy } from "./signature.ts";
import { findBySecret, type Owned } from "./store.ts";

const partner: Actor = {
  type: "system",
  id: "secret-scanning",
  name: "Secret scanning",
  role: "owner",
  ip: null,
};

/**
 * Takes what a scanning partner reports: each secret is told real or false; real ones that still work are disabled by
 * policy, in force on this node when it returns, and have an incident. The same report again changes nothing. Throws 401
 * `signature_not_valid`, 422 `invalid_fields`.
 */
export async function takeReport(
  body: Uint8Array,
  { keyId, signature }: { keyId: string; signature: string },
  now: Date,
): Promise<Verdict[]> {
  const settings = await readSettings();
  const own = settings["scanning.publicKeys"].find(({ id }) => id === keyId)?.key;
  const url = settings["scanning.keysUrl"];
  const key = own ?? (url === "" || keyId === "" ? undefined : await publishedKey(url, keyId, now.getTime()));
  if (key === undefined || !isSignedBy(key, body, signature)) throw notSigned();
  const verdicts: Verdict[] = [];
  for (const report of readReports(body)) {
    const isReal = await takeOne(report, settings["scanning.disable"], now);
    verdicts.push({
      token_raw: report.token,
      token_type: report.type,
      label: isReal ? "true_positive" : "false_positive",
    });
  }
  return verdicts;
}

/** Which secrets stand in a text, whose they are and whether they work. The text is kept nowhere. */
export async function checkText(text: string, now: Date): Promise<CheckedText> {
  const items: CheckedText["items"] = [];
  for (const secret of findSecrets(text)) {
    const { prefix, last4, hash } = secretParts(secret);
    const owned = await findBySecret(hash);
    items.push({
      prefix,
      last4,
      status: owned === undefined ? "unknown" : statusOf(owned, now),
      isCurrent: owned?.validUntil === null,
      keyId: owned?.key.id ?? null,
      keyName: owned?.key.name ?? null,
      accountId: owned?.key.accountId ?? null,
      accountName: owned?.key.account.name ?? null,
    });
  }
  return { items };
}

async function takeOne({ token, url, source }: Report, disables: boolean, now: Date): Promise<boolean> {
  if (!checksumOk(token)) return false;
  const owned = await findBySecret(hashSecret(token));
  if (owned === undefined) return false;
  const { key, validUntil } = owned;
  const status = statusOf(owned, now);
  if (status === "deleted" || status === "rotated") return true;
  const isCurrent = validUntil === null;
  // An older secret that still works: the key itself is in nobody else's hands once that has ended.
  if (!isCurrent && disables) await endOverlap(partner, key.id);
  const place = plain(url ?? "") || plain(source ?? "");
  const mode = disables && isCurrent ? ("suspend" as const) : ("tell" as const);
  await raiseFinding(
    {
      keyId: key.id,
      accountId: key.accountId,
      at: now,
      since: now,
      score: 100,
      signals: [signalOf(place, secretParts(token).prefix)],
      networks: [],
      ips: [],
      requests: 0,
      nanoUsd: 0n,
    },
    { cause: "leak", source: place, policy: { mode, atScore: 1, capTimes: 1, cutStreams: true } },
  );
  return true;
}

function signalOf(source: string, prefix: string): Signal {
  const [kind, figures] =
    source === "" ? ["leaked_secret_reported", { prefix }] : ["leaked_secret", { source, prefix }];
  return { kind, weight: 100, figures };
}

function statusOf({ key, validUntil }: Owned, now: Date): CheckedText["items"][number]["status"] {
  if (key.deletedAt !== null) return "deleted";
  if (validUntil !== null && validUntil <= now) return "rotated";
  if (key.status !== "active") return "disabled";
  if (key.expiresAt !== null && key.expiresAt <= now) return "expired";
  return "alive";
}

function readReports(body: Uint8Array): Report[] {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw new AppError({ code: "invalid_request", status: 400, message: "The body is not valid JSON." });
  }
  const read = reportBody.safeParse(json);
  if (read.success) return read.data;
  const message = "A list of reports is expected, each with token, type and url.";
  throw new AppError({ code: "invalid_fields", status: 422, message });
}

/** Where a secret was found is somebody else's text: on one line, without what would turn its direction. */
function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
    .trim()
    .slice(0, 300);
}

function notSigned(): AppError {
  const message = "The signature is not one of a known public key over this body.";
  return new AppError({ code: "signature_not_valid", status: 401, message });
}
