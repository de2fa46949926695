import { createHmac, timingSafeEqual } from "node:crypto";

const form = /^([0-9a-f]{32})_([A-Za-z0-9_-]{43})$/;

/**
 * The token of a subscriber's links: who, signed with their own key. It opens nothing but what the mails' reader gets, so
 * that it works without a sign-in for as long as there is a subscription.
 */
export function linkToken(id: string, key: string): string {
  return `${id.replaceAll("-", "")}_${signature(id, key)}`;
}

/** Whose token it would be, if it is signed; undefined: it is none. */
export function subscriberOf(token: string): string | undefined {
  const hex = form.exec(token)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Takes as long whatever differs. */
export function isSigned(token: string, id: string, key: string): boolean {
  const [given, expected] = [Buffer.from(token), Buffer.from(linkToken(id, key))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signature(id: string, key: string): string {
  return createHmac("sha256", key).update(`subscription ${id}`).digest("base64url");
}
