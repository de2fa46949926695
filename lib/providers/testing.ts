import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What an upstream does with a call whose body has come whole. */
export type UpstreamAnswer = (response: ServerResponse, request: IncomingMessage, body: Buffer) => void;

/** Upstreams on loopback that answer as a test says; `stop` also cuts what still hangs. */
export function fakeUpstreams() {
  const servers: Server[] = [];
  return {
    /** One that gives these answers in turn, the last of them for good; `seen` counts what it was asked, and keeps it. */
    async start(...answers: UpstreamAnswer[]) {
      const seen = { calls: 0, asked: [] as { method: string; url: string; secret: string; body: string }[] };
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.once("end", () => {
          const { method = "", url = "", headers } = request;
          const secret = headers.authorization ?? "";
          seen.asked.push({ method, url, secret, body: Buffer.concat(chunks).toString() });
          const answer = answers[Math.min(seen.calls, answers.length - 1)];
          seen.calls += 1;
          answer?.(response, request, Buffer.concat(chunks));
        });
      });
      servers.push(server);
      await once(server.listen(0, "127.0.0.1"), "listening");
      return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
    },
    stop(): void {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
