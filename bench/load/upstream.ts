import { createServer, type Socket } from "node:net";
import { MessageReader } from "./wire.ts";

/**
 * The upstream of a measurement, as cheap as it can be made: a raw socket that answers every POST with the same
 * completion, or with a stream whose events carry the moment at which they were sent. Prints its port.
 */
const SLOT_MS = 1;
const EVENT_EVERY_MS = Number(process.env.EVENT_EVERY_MS ?? 100);
const EVENTS = Number(process.env.EVENTS ?? 100);

const usage = { prompt_tokens: 1200, completion_tokens: 467, total_tokens: 1667 };
const TEXT =
  "A toll gate stands where somebody counts what passes, and asks for no more than what was agreed. ".repeat(
    6,
  );
const completion = JSON.stringify({
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "bench",
  choices: [{ index: 0, message: { role: "assistant", content: TEXT }, finish_reason: "stop" }],
  usage,
});
const JSON_ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${completion.length}\r\n\r\n${completion}`;
const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const event = (more: object) =>
  `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1_760_000_000, model: "bench", ...more })}\n\n`;
const [BEFORE = "", AFTER = ""] = event({
  choices: [{ index: 0, delta: { content: "t=@ a token or two" } }],
}).split("@");
const STREAM_END =
  chunk(event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })) +
  chunk(event({ choices: [], usage })) +
  chunk("data: [DONE]\n\n") +
  "0\r\n\r\n";

type Running = { socket: Socket; sent: number };
const slots = Array.from({ length: Math.round(EVENT_EVERY_MS / SLOT_MS) }, () => new Set<Running>());
let opened = 0;
let tick = 0;

/** Streams are spread over the slots of the interval, so that the mock itself does not send in bursts. */
function sendDue(): void {
  const due = Math.floor(performance.now() / SLOT_MS);
  for (; tick < due; tick += 1) {
    const slot = slots[tick % slots.length] ?? new Set();
    for (const running of slot) {
      running.sent += 1;
      if (running.socket.destroyed) slot.delete(running);
      else if (running.sent <= EVENTS) running.socket.write(chunk(BEFORE + stamp() + AFTER), "latin1");
      else {
        running.socket.write(STREAM_END, "latin1");
        slot.delete(running);
      }
    }
  }
}

/** Microseconds of a clock that all processes of the machine share, always 15 digits. */
function stamp(): string {
  return String(process.hrtime.bigint() / 1000n).padStart(15, "0");
}

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader();
  socket.setEncoding("latin1");
  socket.on("error", () => socket.destroy());
  socket.on("data", (text: string) => {
    for (let complete = reader.push(text); complete; complete = reader.next()) {
      if (!reader.body.includes('"stream":true')) socket.write(JSON_ANSWER, "latin1");
      else {
        socket.write(STREAM_HEAD + chunk(BEFORE + stamp() + AFTER), "latin1");
        opened += 1;
        slots[opened % slots.length]?.add({ socket, sent: 1 });
      }
    }
  });
});
tick = Math.floor(performance.now() / SLOT_MS);
setInterval(sendDue, SLOT_MS);
server.listen({ port: Number(process.env.PORT ?? 0), host: "127.0.0.1", backlog: 4_096 }, () => {
  const address = server.address();
  console.log(JSON.stringify({ port: typeof address === "object" ? address?.port : 0 }));
});
process.once("SIGTERM", () => process.exit(0));
