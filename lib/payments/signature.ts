import { createHmac, timingSafeEqual } from "node:crypto";

/** The header that carries a payment webhook's signature: `t=<unix seconds>,v1=<hex>`. */
export const signatureHeader = "tollgate-signature";
/** How far a signature's time may be from ours. */
export const toleranceSeconds = 300;

/** HMAC-SHA256 over `<timestamp>.<raw body>`, as the header carries it. */
export function signPayment(secret: string, rawBody: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${digestOf(secret, rawBody, String(atSeconds)).toString("hex")}`;
}

/** Whether a body was signed with the secret, not more than five minutes from now. */
export function isSigned(
  secret: string,
  rawBody: string,
  header: string | null,
  nowSeconds: number,
): boolean {
  const parts = (header ?? "").split(",").map((part) => part.trim().split("="));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  if (!/^\d{1,12}$/.test(time) || Math.abs(nowSeconds - Number(time)) > toleranceSeconds) return false;
  const expected = digestOf(secret, rawBody, time);
  return parts.some(([name, hex]) => {
    if (name !== "v1" || hex === undefined || !/^[0-9a-f]{64}$/i.test(hex)) return false;
    return timingSafeEqual(Buffer.from(hex, "hex"), expected);
  });
}

function digestOf(secret: string, rawBody: string, time: string): Buffer {
  return createHmac("sha256", secret).update(`${time}.${rawBody}`).digest();
}
