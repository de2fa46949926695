import { FastResponse, serve } from "srvx";
import { Pool } from "undici";

/**
 * What a gateway is compared with: srvx and undici and nothing else. No key, no price, no row; every body is passed
 * on as it came. Prints its port.
 */
const upstream = new Pool(process.env.UPSTREAM ?? "", {
  connections: 4096,
  headersTimeout: 0,
  bodyTimeout: 0,
});

const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  gracefulShutdown: false,
  // As many connections may wait as with Tollgate.
  node: { backlog: 4_096 } as object,
  async fetch(request) {
    const answer = await upstream.request({
      path: "/v1/chat/completions",
      method: "POST",
      headers: { "content-type": "application/json" },
      // text() and FastResponse are srvx's fast paths; arrayBuffer() and Response cost it twice as much.
      body: await request.text(),
    });
    const contentType = String(answer.headers["content-type"]);
    const init = { status: answer.statusCode, headers: { "content-type": contentType } };
    if (!contentType.includes("json")) return new FastResponse(answer.body as unknown as BodyInit, init);
    return new FastResponse(await answer.body.text(), init);
  },
});
await server.ready();
console.log(JSON.stringify({ port: Number(new URL(server.url ?? "").port) }));
process.once("SIGTERM", () => process.exit(0));
