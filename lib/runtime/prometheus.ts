import ipaddr from "ipaddr.js";
import { collectDefaultMetrics, Registry } from "prom-client";
import { singleton } from "./singletons.ts";

/** This process's Prometheus registry. Make a metric once, in a singleton of its own, with `registers: [registry()]`. */
export function registry(): Registry {
  return singleton("prometheus", () => {
    const made = new Registry();
    collectDefaultMetrics({ register: made, prefix: "tollgate_" });
    return made;
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
