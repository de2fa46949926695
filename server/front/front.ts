import type { Socket } from "node:net";
import type { Answer, Incoming } from "#lib/gateway/exchange";
import { supervise } from "#lib/runtime/supervise";
import { STALLED_MS } from "../gateway-mount.ts";
import type { Listener } from "../http.ts";
import { FrontConnection, type Shared } from "./connection.ts";

/**
 * Puts a front before a listener: a request for the gateway that arrives whole and plain is read and answered here,
 * everything else is node:http's, as it was. For such requests node:http's own objects cost more than all that is needed
 * of them. The decision's reasons stand in docs/decisions/0013.
 */
export function withFront(
  listener: Listener,
  gateway: (incoming: Incoming) => Promise<Answer>,
  { stalledMs = STALLED_MS, sweepMs = 1_000 }: { stalledMs?: number; sweepMs?: number } = {},
): Listener {
  const { server } = listener;
  const ofNode = server.listeners("connection");
  const connections = new Set<FrontConnection>();
  const shared: Shared = {
    ...{ gateway, stalledMs, connections },
    keepAliveSeconds: server.keepAliveTimeout / 1_000,
    waiting: { bytes: 0 },
    giveToNode(socket) {
      for (const listen of ofNode) listen.call(server, socket);
    },
  };
  server.removeAllListeners("connection").on("connection", (socket: Socket) => {
    new FrontConnection(socket, shared);
  });
  const sweeping = sweep(connections, sweepMs);
  server.once("close", () => void sweeping.stop());
  return {
    server,
    inFlight: () => listener.inFlight() + [...connections].filter(({ isBusy }) => isBusy).length,
    closeIdle() {
      listener.closeIdle();
      for (const connection of connections) if (!connection.isBusy) connection.close();
    },
    closeAll() {
      listener.closeAll();
      for (const connection of connections) connection.close();
    },
  };
}

/** One clock for all connections: a timer for each would cost every call. */
function sweep(connections: ReadonlySet<FrontConnection>, everyMs: number) {
  return supervise({
    name: "front",
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        for (const connection of connections) connection.sweep();
        up();
        await pause(everyMs);
      }
    },
  });
}
