import ipaddr from "ipaddr.js";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { singleton } from "./singletons.ts";
import { partReports } from "./supervise.ts";

/** This process's Prometheus registry. Make a metric once, in a singleton of its own, with `registers: [registry()]`. */
export function registry(): Registry {
  return singleton("prometheus", () => {
    const made = new Registry();
    collectDefaultMetrics({ register: made, prefix: "tollgate_" });
    measureParts(made);
    return made;
  });
}

function measureParts(into: Registry): void {
  const labelNames = ["part"];
  new Gauge({
    name: "tollgate_part_up",
    help: "1 while a supervised part of this node does its work",
    labelNames,
    registers: [into],
    collect() {
      this.reset();
      for (const { name, state } of partReports()) this.set({ part: name }, state === "running" ? 1 : 0);
    },
  });
  new Gauge({
    name: "tollgate_part_restarts",
    help: "how often a supervised part came back after a failure, since this node started",
    labelNames,
    registers: [into],
    collect() {
      this.reset();
      for (const { name, restarts } of partReports()) this.set({ part: name }, restarts);
    },
  });
}

/**
 * `GET /metrics`, for callers on this machine only. A forwarded request is somebody else's, whatever
 * address the proxy has.
 *
 * @param peerAddress the socket's remote address
 */
export async function metricsResponse(peerAddress: string | undefined, headers: Headers): Promise<Response> {
  const isForwarded = ["x-forwarded-for", "forwarded", "x-real-ip"].some((name) => headers.has(name));
  if (isForwarded || !isLoopback(peerAddress)) {
    return new Response("Metrics are for callers on this machine.\n", { status: 403 });
  }
  const text = await registry().metrics();
  return new Response(text, {
    headers: { "content-type": registry().contentType, "cache-control": "no-store" },
  });
}

function isLoopback(address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === "loopback";
}
