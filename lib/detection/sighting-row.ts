import { z } from "zod";
import type { Sighting } from "./sighting.ts";

const amount = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const counts = z.record(z.string(), z.number());

/** A sighting as it waits in the database: amounts are decimal text. Fields of a newer release are passed over. */
const stored = z.object({
  firstMs: z.number(),
  lastMs: z.number(),
  requests: z.number(),
  refused: z.number(),
  nanoUsd: amount,
  ips: z.array(
    z.object({
      ip: z.string(),
      requests: z.number(),
      nanoUsd: amount,
      firstMs: z.number(),
      lastMs: z.number(),
    }),
  ),
  agents: counts,
  models: counts,
  prefixes: counts,
});

/** What the database stores of a sighting beside its key and network, as JSON text. */
export function storedSighting({ keyId: _, network: __, ...seen }: Sighting): string {
  return JSON.stringify(seen, (___, value) => (typeof value === "bigint" ? value.toString() : value));
}

/** A stored sighting, or undefined where nothing can be made of it. */
export function sightingOf(row: { key_id: string; network: string; seen: unknown }): Sighting | undefined {
  const read = stored.safeParse(row.seen);
  return read.success ? { keyId: row.key_id, network: row.network, ...read.data } : undefined;
}

/** A value whose bigints are decimal text, for JSON. */
export function amountsAsText(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(amountsAsText);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, amountsAsText(inner)]));
}
