import { isDue } from "#lib/routing/breaker";
import { breakersOf, type ChannelHealth } from "#lib/routing/channel-health";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import type { GatewayDeps } from "./deps.ts";
import { houseCall, isCheapToCall } from "./house-call.ts";

/** Real traffic goes first; nodes do not all ask at once. */
const GRACE_MS = 300;
const SPREAD_MS = 700;
const MOST_AT_ONCE = 8;

/** What is due: a channel, and by which model and credential to find out. */
export type DueProbe = { channel: ChannelEntry; credential: CredentialEntry; model: string };

/**
 * Sees to it that what is out comes back though nobody calls: asks channels whose probe is due and that no call of a
 * customer has asked. `tick` is called every half second or so; at most one probe per channel and eight in all run.
 */
export function createProber(deps: GatewayDeps) {
  const running = new Set<string>();
  const patienceMs = GRACE_MS + deps.random() * SPREAD_MS;
  return {
    tick(): void {
      for (const due of dueProbes(deps, patienceMs)) {
        if (running.size >= MOST_AT_ONCE) return;
        const { id } = due.channel;
        if (running.has(id)) continue;
        running.add(id);
        houseCall({ ...due, stream: true, mark: "probe" }, deps)
          .catch((error) => deps.reportError(error, `probe of ${id}`))
          .finally(() => running.delete(id));
      }
    },
    running: () => running.size,
  };
}

/** One probe per channel at most: of the model, credential or channel that has been due longest. */
export function dueProbes({ health, snapshot }: GatewayDeps, patienceMs: number): DueProbe[] {
  const nowMs = health.now();
  const found: DueProbe[] = [];
  for (const state of health.all()) {
    const channel = snapshot.channels.get(state.entry.id);
    if (channel === undefined) {
      health.forget(state.entry.id);
      continue;
    }
    if (channel.status !== "active") continue;
    const due = breakersOf(health.of(channel))
      .filter(([, breaker]) => isDue(breaker, nowMs - patienceMs))
      .sort(([, left], [, right]) => left.nextProbeAtMs - right.nextProbeAtMs);
    for (const [subject] of due) {
      const probe = probeOf(state, channel, subject, snapshot);
      if (probe === undefined) continue;
      found.push(probe);
      break;
    }
  }
  return found;
}

/** Of a channel or a credential that serves chat, a chat model: a call says more than that the provider answers. */
function probeOf(
  state: ChannelHealth,
  channel: ChannelEntry,
  subject: string,
  snapshot: GatewayDeps["snapshot"],
): DueProbe | undefined {
  const [kind, name = ""] = splitSubject(subject);
  const credential =
    kind === "credential"
      ? channel.credentials.find(({ id }) => id === name)
      : (channel.credentials.find(({ id }) => state.credentials.get(id)?.breaker.state !== "open") ??
        channel.credentials[0]);
  const model =
    kind === "model" ? [name].find((one) => channel.models.has(one)) : bestOf(state, channel, snapshot);
  return credential === undefined || model === undefined ? undefined : { channel, credential, model };
}

/** Of a channel's models the one that shows most: one that is well and cheap to call, else cheap to call, else any. */
function bestOf(
  state: ChannelHealth,
  channel: ChannelEntry,
  snapshot: GatewayDeps["snapshot"],
): string | undefined {
  const cheap = [...channel.models.keys()].filter((model) => isCheapToCall(model, snapshot));
  const isWell = (model: string) => state.models.get(model)?.breaker.state === "closed";
  return cheap.find(isWell) ?? cheap[0] ?? channel.models.keys().next().value;
}

function splitSubject(subject: string): [kind: string, name?: string] {
  const cut = subject.indexOf(":");
  return cut < 0 ? ["channel"] : [subject.slice(0, cut), subject.slice(cut + 1)];
}
