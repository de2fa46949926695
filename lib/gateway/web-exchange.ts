import { type Answer, type AnswerStream, type Incoming, isStream, type Step } from "./exchange.ts";

/** A web Request as the gateway takes it: how Next's route handlers bring one. */
export function fromRequest(request: Request): Incoming {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    target: pathname + search,
    headers: request.headers,
    signal: request.signal,
    async readBody(take) {
      for await (const chunk of request.body ?? []) if (!take(chunk)) return;
    },
  };
}

/** The gateway's answer as a web Response. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(isStream(body) ? toWebStream(body) : (body as BodyInit), { status, headers });
}

function toWebStream(stream: AnswerStream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { bytes, last, isBroken } = await nextOf(stream);
        if (isBroken === true) return controller.error(new Error("the answer broke off"));
        if (bytes !== undefined) controller.enqueue(bytes);
        if (last) controller.close();
      },
      cancel: () => stream.abandon(),
    },
    { highWaterMark: 0 },
  );
}

/** A web stream that is asked and given nothing asks no more: steps without bytes are passed over. */
async function nextOf(stream: AnswerStream): Promise<Step> {
  for (;;) {
    const next = stream.next();
    // Listened for in the same moment: what comes in between would be missed.
    if (next === undefined) await new Promise<void>((resolve) => stream.whenReady(resolve));
    else {
      const step = await next;
      if (step.bytes !== undefined || step.last) return step;
    }
  }
}
