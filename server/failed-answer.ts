import type { Answer } from "#lib/gateway/exchange";
import { log } from "#lib/runtime/log";

/** What is answered when the gateway throws, which is a fault of ours: logged, and not a word of the reason told. */
export function failedAnswer(err: unknown): Answer & { body: string } {
  log().error({ err }, "the gateway threw");
  const error = {
    message: "The gateway failed.",
    type: "server_error",
    code: "internal_error",
    param: null,
  };
  return { status: 500, headers: { "content-type": "application/json" }, body: JSON.stringify({ error }) };
}
