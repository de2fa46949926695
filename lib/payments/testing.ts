import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { testRequest } from "#lib/api/testing";
import { paymentWebhook } from "#lib/api/webhook-route";
import { signatureHeader, signPayment } from "./signature.ts";

export const testSecret = "whsec_of_these_tests_only";

/** Sends a payment system's message; `more` forges it. */
export async function sendPayment(
  method: string,
  body: object,
  more: { secret?: string; ageSeconds?: number; tamper?: (raw: string) => string; header?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const raw = JSON.stringify(body);
  const at = Math.floor(Date.now() / 1000) - (more.ageSeconds ?? 0);
  const header = more.header ?? signPayment(more.secret ?? testSecret, raw, at);
  const sent = new Request(
    testRequest("POST", `/api/webhooks/payments/${method}`, { headers: { [signatureHeader]: header } }),
    {
      body: more.tamper?.(raw) ?? raw,
    },
  );
  const answer = await paymentWebhook(sent, { params: Promise.resolve({ method }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** What a form sent to Stripe's API says, by Stripe's own names: "line_items[0][quantity]". */
export type StripeCall = { path: string; form: Record<string, string>; idempotencyKey: string | undefined };

/** Stripe's API as far as we use it, on loopback. `refusing`: it answers 500. */
export async function startMockStripe() {
  const calls: StripeCall[] = [];
  const state = { refusing: false };
  const intents = new Map<string, Record<string, string>>();
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on("end", () => {
      const path = request.url ?? "";
      const form = Object.fromEntries(new URLSearchParams(text));
      const idempotencyKey = request.headers["idempotency-key"]?.toString();
      calls.push({ path, form, idempotencyKey });
      const intent = /^\/v1\/payment_intents\/([\w-]+)$/.exec(path)?.[1];
      const answer = path.endsWith("/sessions")
        ? {
            id: `cs_${calls.length}`,
            object: "checkout.session",
            url: `https://checkout.test/${calls.length}`,
          }
        : intent === undefined
          ? { id: `re_${calls.length}`, object: "refund", status: "succeeded" }
          : { id: intent, object: "payment_intent", metadata: intents.get(intent) ?? {} };
      response.writeHead(state.refusing ? 400 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(state.refusing ? { error: { type: "invalid_request_error" } } : answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    intents,
    state,
    stop: () => new Promise<void>((done) => server.close(() => done())),
  };
}
