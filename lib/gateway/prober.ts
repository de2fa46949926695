import type { Breaker } from "#lib/routing/breaker";
import { breakersOf, type ChannelHealth } from "#lib/routing/channel-health";
import type { ChannelEntry, CredentialEntry } from "#lib/snapshot/entries";
import type { GatewayDeps } from "./deps.ts";
import { houseCall } from "./house-call.ts";

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
      const probe = probeOf(state, channel, subject, snapshot.models);
      if (probe === undefined) continue;
      found.push(probe);
      break;
    }
  }
  return found;
}

const isDue = (breaker: Breaker, nowMs: number) =>
  breaker.state !== "closed" && nowMs >= breaker.nextProbeAtMs;

/** Only chat can be asked with a handful of tokens; other models wait for a call of a customer. */
function probeOf(
  state: ChannelHealth,
  channel: ChannelEntry,
  subject: string,
  models: GatewayDeps["snapshot"]["models"],
): DueProbe | undefined {
  const canChat = (model: string) => (models.get(model)?.kind ?? "chat") === "chat";
  const [kind, name = ""] = splitSubject(subject);
  const credential =
    kind === "credential"
      ? channel.credentials.find(({ id }) => id === name)
      : (channel.credentials.find(({ id }) => state.credentials.get(id)?.breaker.state !== "open") ??
        channel.credentials[0]);
  const model =
    kind === "model"
      ? [name].find((one) => channel.models.has(one) && canChat(one))
      : ([...state.models.keys()].find(
          (one) =>
            channel.models.has(one) && canChat(one) && state.models.get(one)?.breaker.state === "closed",
        ) ?? [...channel.models.keys()].find(canChat));
  return credential === undefined || model === undefined ? undefined : { channel, credential, model };
}

function splitSubject(subject: string): [kind: string, name?: string] {
  const cut = subject.indexOf(":");
  return cut < 0 ? ["channel"] : [subject.slice(0, cut), subject.slice(cut + 1)];
}
