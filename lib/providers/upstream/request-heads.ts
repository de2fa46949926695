import { pathAt } from "../openai-compatible.ts";
import { UpstreamFailure } from "../provider.ts";

/** What a request's head says besides its body's length. */
export type HeadOf = {
  method: "GET" | "POST" | "DELETE";
  path: string;
  stream: boolean;
  secret: string | null;
  /** A path has the same one always. Without it JSON, or events where it is a stream. */
  accept?: string | undefined;
  /** Of a form, whose boundary is another one each time. Without it JSON. */
  contentType?: string | undefined;
};

/** The heads of requests to one base URL. Throws `bad_credential` where a secret could not stand in one. */
export type RequestHeads = (head: HeadOf) => string;

const MOST_KEPT = 200;
const SENDABLE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Headers to upstream are ours alone: nothing of the client's crosses. One channel's heads are mostly the same, so each is
 * written once and kept.
 */
export function requestHeads({ host, pathname }: URL): RequestHeads {
  const kept = new Map<string, string>();
  return (head) => {
    // What is asked for by its id is asked for once.
    if (head.method !== "POST") return write(head, host, pathname);
    if (head.contentType !== undefined) return write(head, host, pathname);
    const key = `${head.method} ${head.stream} ${head.path} ${head.secret ?? ""}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const made = write(head, host, pathname);
    kept.set(key, made);
    return made;
  };
}

function write(
  { method, path, stream, secret, accept, contentType }: HeadOf,
  host: string,
  prefix: string,
): string {
  if (secret !== null && !SENDABLE.test(secret)) throw new UpstreamFailure("bad_credential");
  const lines = [
    `${method} ${pathAt(prefix, path)} HTTP/1.1`,
    `host: ${host}`,
    "connection: keep-alive",
    `content-type: ${contentType ?? "application/json"}`,
    `accept: ${accept ?? (stream ? "text/event-stream" : "application/json")}`,
    "accept-encoding: identity",
    ...(secret === null ? [] : [`authorization: Bearer ${secret}`]),
  ];
  return `${lines.join("\r\n")}\r\n`;
}
