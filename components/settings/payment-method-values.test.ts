import { describe, expect, it } from "vitest";
import { formOfMethod, methodBodyOf } from "./payment-method-values.ts";

const standing = {
  id: "alipay",
  kind: "webhook",
  name: "Alipay",
  nameZh: "支付宝",
  enabled: false,
  apiBase: null,
  payUrl: "https://pay.example.com/?order={orderNo}",
  instructions: "Put the order number into the note.",
  currencies: ["CNY"],
  least: "10",
  most: null,
  webhookPath: "/api/webhooks/payments/alipay",
  updatedAt: "2026-11-22T10:00:00.000Z",
} as const;

describe("the form of a way of paying", () => {
  it("sends what stands unchanged, and leaves the secrets as they are", () => {
    const { id, webhookPath, updatedAt, ...body } = standing;
    expect(methodBodyOf(formOfMethod({ ...standing, currencies: ["CNY"] }))).toEqual(body);
  });

  it("sends secrets that were typed, and no payment page of Stripe's", () => {
    const form = {
      ...formOfMethod(undefined, "stripe"),
      secret: "whsec_x",
      apiKey: "sk_x",
      payUrl: "https://x.test",
    };
    expect(methodBodyOf(form)).toMatchObject({
      ...{ kind: "stripe", name: "Stripe", secret: "whsec_x", apiKey: "sk_x" },
      ...{ payUrl: "", apiBase: null, most: null },
    });
  });
});
