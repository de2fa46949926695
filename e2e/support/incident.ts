import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import { linkPath, purposeOf, subjectOf } from "#lib/incidents/links";

/**
 * An incident as detection opens one, with evidence of three addresses and a link as its mail carries it. It takes learning
 * and hours to open one by calls.
 */
export async function addIncident(
  database: Pick<pg.Client, "query">,
  { keyId, accountId }: { keyId: string; accountId: string },
): Promise<{ id: string; link: string }> {
  const signals = [
    { kind: "new_hosting", weight: 40, figures: { isHosting: 1, areaName: "Example Hosting" } },
    { kind: "networks_at_once", weight: 25, figures: { networks: 3 } },
    { kind: "new_client", weight: 15, figures: { agent: "curl 8" } },
  ];
  const evidence = ["203.0.113.9", "203.0.113.10", "2001:db8::ffff:0:9"].map((ip, at) => ({
    ip,
    requests: 400 - at * 150,
    nanoUsd: String(12_345_678_901n / BigInt(at + 1)),
    firstSeen: "2026-11-01T12:00:00.000Z",
    lastSeen: "2026-11-01T12:59:00.000Z",
    models: ["gpt-4o-mini", "sim-chat"],
  }));
  const { rows } = await database.query<{ id: string }>(
    `INSERT INTO incident (id, key_id, account_id, cause, score, signals, networks, evidence, requests, spent_nano_usd, since, last_seen_at)
     VALUES (uuidv7(), $1, $2, 'pattern', 80, $3, '{203.0.113.0/24,2001:db8::/48}', $4, 750, 22633744651, now() - interval '1 hour', now())
     RETURNING id`,
    [keyId, accountId, JSON.stringify(signals), JSON.stringify(evidence)],
  );
  const id = rows[0]?.id ?? "";
  await database.query(
    `INSERT INTO incident_event (id, incident_id, kind, actor_type, actor_name) VALUES (uuidv7(), $1, 'opened', 'system', 'Tollgate')`,
    [id],
  );
  return { id, link: await addLink(database, id) };
}

/** Only its hash is kept, so that the link has to be made together with what it is for. */
async function addLink(database: Pick<pg.Client, "query">, incidentId: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await database.query(
    "INSERT INTO one_time_token (hash, purpose, subject, expires_at) VALUES ($1, $2, $3, now() + interval '1 hour')",
    [
      createHash("sha256").update(token).digest(),
      purposeOf("suspend-key"),
      subjectOf(incidentId, "owner@example.com"),
    ],
  );
  return linkPath("suspend-key", token);
}
