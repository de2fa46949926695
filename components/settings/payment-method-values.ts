import type { PaymentMethodAnswer, PutPaymentMethod } from "#lib/payments/method-schema";

/** What the form's inputs hold; secrets go in and never come back, an empty one stays as it is. */
export type PaymentMethodValues = ReturnType<typeof formOfMethod>;

/** What the form begins with: the way of paying as it stands, or a new one by its short name. */
export function formOfMethod(known: PaymentMethodAnswer | undefined, id = known?.id ?? "") {
  return {
    id,
    name: known?.name ?? (id === "stripe" ? "Stripe" : ""),
    nameZh: known?.nameZh ?? "",
    secret: "",
    apiKey: "",
    apiBase: known?.apiBase ?? "",
    payUrl: known?.payUrl ?? "",
    instructions: known?.instructions ?? "",
    currencies: known?.currencies ?? ["USD"],
    least: known?.least ?? "0",
    most: known?.most ?? "",
    enabled: known?.enabled ?? true,
  };
}

/** The body that the form means: a payment page is of webhooks, an API address of Stripe only. */
export function methodBodyOf(values: PaymentMethodValues): PutPaymentMethod {
  const { id, secret, apiKey, apiBase, most, payUrl, ...rest } = values;
  const isStripe = id === "stripe";
  return {
    ...rest,
    kind: isStripe ? "stripe" : "webhook",
    payUrl: isStripe ? "" : payUrl.trim(),
    most: most.trim() === "" ? null : most.trim(),
    ...(secret === "" ? {} : { secret }),
    ...(apiKey === "" ? {} : { apiKey }),
    apiBase: isStripe && apiBase.trim() !== "" ? apiBase.trim() : null,
  };
}
