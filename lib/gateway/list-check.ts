import { UpstreamFailure } from "#lib/providers/provider";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import { type AttemptDeps, readText } from "./attempt.ts";
import { isFaultClass } from "./fault-table.ts";
import { type Fault, faultOfClass, faultOfStatus } from "./faults.ts";
import type { AttemptTimeouts } from "./timeouts.ts";

/** Which of what a provider says instead of its list is about the address, the credential or money. */
const TELLING: ReadonlySet<string> = new Set([
  "bad_credential",
  "quota_exhausted",
  "rate_limited",
  "upstream_blocked",
  "overloaded",
  "upstream_timeout",
  "server_error",
]);

/** How it went. Without a fault: the address answers and takes the credential. */
export type ListChecked = { status: number | null; fault: Fault | undefined };

/**
 * Asks a channel's provider for its list of models, which no provider charges for: to see whether it is there without
 * buying a picture. One that has no list (404), or shows it to others only (403), has answered as well.
 */
export async function checkList(
  { channel, credential }: { channel: ChannelEntry; credential: CredentialEntry },
  timeouts: AttemptTimeouts,
  deps: AttemptDeps & { clock: { monotonicMs(): number } },
): Promise<ListChecked> {
  const watch = deps.watches.open(undefined, deps.clock.monotonicMs() + timeouts.totalMs);
  let status: number | null = null;
  try {
    const provider = deps.providers[channel.provider];
    if (provider === undefined) throw new UpstreamFailure("unknown_provider");
    watch.arm("headers_timeout", timeouts.headersMs);
    const response = await provider.send(channel, {
      method: "GET",
      path: "/models",
      model: "",
      body: NOTHING,
      stream: false,
      secret: credential.secret,
      headers: {},
      connectTimeoutMs: timeouts.connectMs,
      ending: watch,
    });
    status = response.status;
    watch.arm("idle_timeout", timeouts.idleMs);
    const text = await readText(response.body);
    if (watch.reason !== undefined) return { status, fault: faultOfClass(watch.reason) };
    watch.close();
    return { status, fault: faultOf(status, response, text, deps.now()) };
  } catch (error) {
    const reason = watch.reason;
    if (reason === undefined && !(error instanceof UpstreamFailure)) throw error;
    const name = reason ?? (error instanceof UpstreamFailure ? error.errorClass : "");
    watch.end(name);
    return { status, fault: faultOfClass(isFaultClass(name) ? name : "connection_lost") };
  }
}

const NOTHING = new Uint8Array();

function faultOf(
  status: number,
  response: { contentType: string; retryAfter: string | undefined },
  text: string,
  nowMs: number,
): Fault | undefined {
  if (status < 400) return undefined;
  const fault = faultOfStatus(status, response, text, nowMs);
  return TELLING.has(fault.errorClass) ? fault : undefined;
}
