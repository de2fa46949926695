import { isAppError } from "#lib/core/errors";
import { signatureHeader } from "#lib/payments/signature";
import { takeStripeWebhook } from "#lib/payments/stripe-service";
import { takePaymentWebhook } from "#lib/payments/webhook-service";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { readText } from "./input.ts";
import { problemResponse } from "./problem.ts";
import type { RouteHandler } from "./serve.ts";

/** POST /api/webhooks/stripe: answered when what it says is done. */
export const stripeWebhook: RouteHandler = (request) =>
  acknowledge(async () =>
    takeStripeWebhook(await readText(request), request.headers.get("stripe-signature"), new Date()),
  );

/** POST /api/webhooks/payments/{method}: signed over the raw body; answered when what it says is done. */
export const paymentWebhook: RouteHandler = (request, context) =>
  acknowledge(async () => {
    const { method } = (await context?.params) ?? {};
    return takePaymentWebhook(
      String(method ?? ""),
      await readText(request),
      request.headers.get(signatureHeader),
      new Date(),
    );
  });

/** Anything but 200 makes a provider send it again. */
async function acknowledge(work: () => Promise<string>): Promise<Response> {
  const requestId = newId();
  try {
    const outcome = await work();
    return Response.json({ received: true, outcome }, { headers: { "x-request-id": requestId } });
  } catch (error) {
    if (!isAppError(error)) log().error({ err: error, requestId }, "a payment webhook failed");
    return problemResponse(error, requestId);
  }
}
