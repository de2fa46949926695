import Stripe from "stripe";
import { AppError, notFound } from "#lib/core/errors";
import type { PaymentMethod } from "#lib/db/generated/client";
import { open } from "#lib/secrets/live";
import { findMethod } from "./method-store.ts";

export const stripeId = "stripe";
const TIMEOUT_MS = 10_000;

/** Stripe as it is set up. Throws 404 where it is not. */
export async function stripeMethod(): Promise<PaymentMethod> {
  const row = await findMethod(stripeId);
  if (row === undefined || row.apiKey === null) throw notFound("payment method");
  return row;
}

/** A client with the stored key, at Stripe's own host or the one that is set. */
export function stripeClient({ apiKey, apiBase }: PaymentMethod): Stripe {
  if (apiKey === null) throw notFound("payment method");
  return new Stripe(open(apiKey, "payment.api-key"), {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    telemetry: false,
    ...(apiBase === null ? {} : hostOf(apiBase)),
  });
}

/** The event in a signed body. Throws for a signature that is wrong or older than five minutes. */
export function stripeEvent(row: PaymentMethod, rawBody: string, signature: string): Stripe.Event {
  return stripeClient(row).webhooks.constructEvent(
    rawBody,
    signature,
    open(row.secret, "payment.secret"),
    300,
  );
}

/** 502: what Stripe says is for the operators' log, not for the payer. */
export function stripeFailed(error: unknown): AppError {
  const status = error instanceof Stripe.errors.StripeError ? (error.statusCode ?? 0) : 0;
  const message = `Stripe did not take it${status === 0 ? "" : ` (${status})`}: try again, or pay another way.`;
  return new AppError({ code: "payment_provider_error", status: 502, message });
}

function hostOf(address: string) {
  const { protocol, hostname, port } = new URL(address);
  const isPlain = protocol === "http:";
  return {
    host: hostname,
    protocol: isPlain ? ("http" as const) : ("https" as const),
    port: port === "" ? (isPlain ? 80 : 443) : Number(port),
  };
}
