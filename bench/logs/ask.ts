import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";
import { peerHeader, peerValue } from "#lib/runtime/peer";

const ORIGIN = "http://bench.test";

/** Calls operations of the management API as an operator does: session, parsing, the answer's shape and JSON included. */
export class Asker {
  readonly #cookie: string;

  constructor(cookie: string) {
    this.#cookie = cookie;
  }

  async response(operation: Operation, query: Record<string, string | number>): Promise<Response> {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const request = new Request(`${ORIGIN}${operation.path}?${search}`, {
      headers: { host: new URL(ORIGIN).host, [peerHeader]: peerValue("127.0.0.1"), cookie: this.#cookie },
    });
    return serve(operation)(request);
  }

  /** The answer and how long it took until its last byte was there. Throws for what is no success. */
  async timed<Answer>(
    operation: Operation,
    query: Record<string, string | number>,
  ): Promise<{ ms: number; answer: Answer }> {
    const startedAt = performance.now();
    const response = await this.response(operation, query);
    const text = await response.text();
    const ms = performance.now() - startedAt;
    if (!response.ok) throw new Error(`${operation.id} answered ${response.status}: ${text.slice(0, 300)}`);
    return { ms, answer: JSON.parse(text) as Answer };
  }
}

export type Spread = { p50: number; p95: number; max: number; times: number };

export function spreadOf(durations: readonly number[]): Spread {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0, times: sorted.length };
}
