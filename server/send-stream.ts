import type { AnswerStream, Step } from "#lib/gateway/exchange";
import type { Outlet } from "./outlet.ts";
import { StreamWriter } from "./stream-writer.ts";

/**
 * Sends a stream as it comes: what is there together goes out in one piece, more is asked for when the connection has
 * taken what it has. Resolves when the last bytes are handed over or the client is gone. Rejects if the stream throws or
 * rejects.
 */
export function sendStream(stream: AnswerStream, outlet: Outlet): Promise<void> {
  const sent = Promise.withResolvers<void>();
  const writer = new StreamWriter(outlet);
  // While a step is being worked out, and after the last, nothing more is asked for.
  let isBusy = false;
  let hasEnded = false;

  function hand({ bytes, last, isBroken }: Step): void {
    if (isBroken === true) {
      isBusy = true;
      hasEnded = true;
      outlet.breakOff();
      sent.resolve();
      return;
    }
    writer.add(bytes);
    isBusy = last;
    if (!last) return;
    hasEnded = true;
    writer.end();
    sent.resolve();
  }

  /** Called from upstream's callbacks and the connection's, which must not be thrown at. */
  function ask(): void {
    try {
      while (!isBusy && writer.isFlowing && !outlet.isGone) {
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

  outlet.whenClosed(() => {
    if (!hasEnded) void stream.abandon();
    sent.resolve();
  });
  stream.whenReady(ask);
  writer.whenDrained(ask);
  ask();
  return sent.promise;
}
