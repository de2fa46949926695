import { Agent } from "undici";
import { chatUrl } from "#lib/providers/openai-compatible";
import { type DialRules, dialProblem, portOf } from "../address.ts";
import { guardedLookup } from "../dial/live.ts";
import type { ListAnswer } from "./list-problem.ts";

const PATIENCE_MS = 10_000;
const MOST_BYTES = 4 << 20;

/** GET of a provider's models: 10 s and 4 MiB at most, no redirects, and only to addresses a channel may use. */
export async function fetchModelList(asked: {
  baseUrl: string;
  credential: string | null;
  rules: DialRules;
}): Promise<ListAnswer> {
  const { credential, rules } = asked;
  const url = chatUrl(asked.baseUrl, "/models");
  const denied = dialProblem(url, rules);
  if (denied !== undefined) return { status: null, errorClass: denied, text: "" };
  const agent = new Agent({
    connect: { timeout: PATIENCE_MS / 2, lookup: guardedLookup(() => rules, portOf(url)) },
  });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname,
      method: "GET",
      headers: {
        accept: "application/json",
        "accept-encoding": "identity",
        ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      },
      signal,
    });
    const text = await readText(response.body);
    if (text === undefined) return { status: null, errorClass: "too_large", text: "" };
    return { status: response.statusCode, errorClass: null, text };
  } catch (error) {
    return { status: null, errorClass: signal.aborted ? "timeout" : classOf(error), text: "" };
  } finally {
    await agent.destroy();
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const CLASSES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  ECONNREFUSED: "connect_refused",
  ENOTFOUND: "dns_failed",
  EAI_AGAIN: "dns_failed",
  EDENIED: "address_denied",
};

function classOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(ERR_TLS|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code)) return "tls_failed";
  return CLASSES[code] ?? "connection_lost";
}
