import ipaddr from "ipaddr.js";
import { addressClass, baseUrlProblem, hostOf } from "#lib/channels/address";
import { defaultIssuers, type ProviderId } from "./schema.ts";

/** An issuer as it is kept: as entered, without a slash at the end; Google's own whatever was entered. */
export function issuerOf(id: ProviderId, entered: string | undefined): string {
  if (id === "google") return defaultIssuers.google;
  const text = (entered ?? "").trim().replace(/\/+$/, "");
  return text === "" ? defaultIssuers[id] : text;
}

/**
 * Why an issuer is refused when it is entered, or undefined. It sees secrets of ours: https, but on this machine and
 * in a private network.
 */
export function issuerProblem(issuer: string): string | undefined {
  const problem = baseUrlProblem(issuer, { allowPrivate: true });
  if (problem !== undefined) return problem;
  const url = new URL(issuer);
  if (url.protocol === "https:" || isNear(hostOf(url))) return undefined;
  return "https is expected: secrets go there";
}

function isNear(host: string): boolean {
  if (host === "localhost" || host.endsWith(".localhost")) return true;
  return ipaddr.isValid(host) && addressClass(host) === "private";
}

/** Where GitHub's API is: an Enterprise server has it under its own host. */
export function githubApi(issuer: string): string {
  return issuer === defaultIssuers.github ? "https://api.github.com" : `${issuer}/api/v3`;
}
