import type { ServerResponse } from "node:http";
import type { AnswerStream, Step } from "#lib/gateway/exchange";
import { StreamWriter } from "./stream-writer.ts";

/**
 * Sends a stream as it comes: what is there together goes out in one piece, more is asked for when the connection has
 * taken what it has. Resolves when the last bytes are handed over or the client is gone. A client that takes nothing
 * for `stalledMs` is let go. Rejects if the stream throws or rejects.
 */
export function sendStream(stream: AnswerStream, response: ServerResponse, stalledMs: number): Promise<void> {
  const sent = Promise.withResolvers<void>();
  const writer = new StreamWriter(response, stalledMs);
  // While a step is being worked out, and after the last, nothing more is asked for.
  let isBusy = false;

  function hand({ bytes, last }: Step): void {
    writer.add(bytes);
    isBusy = last;
    if (!last) return;
    writer.end();
    sent.resolve();
  }

  /** Called from upstream's callbacks and the connection's, which must not be thrown at. */
  function ask(): void {
    try {
      while (!isBusy && writer.isFlowing && !response.destroyed) {
        isBusy = true;
        const step = stream.next();
        if (step === undefined) {
          isBusy = false;
          break;
        }
        if (step instanceof Promise) step.then(handLate).catch(sent.reject);
        else hand(step);
      }
      writer.flush();
    } catch (error) {
      isBusy = true;
      sent.reject(error);
    }
  }

  function handLate(step: Step): void {
    hand(step);
    ask();
  }

  response.once("close", () => {
    if (!response.writableEnded) void stream.abandon();
    sent.resolve();
  });
  stream.whenReady(ask);
  writer.whenDrained(ask);
  ask();
  return sent.promise;
}
