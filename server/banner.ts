import type { AddressInfo } from "node:net";
import type { Config } from "#lib/runtime/config";
import type { FirstRun } from "./first-run.ts";

/** The address to type into a browser on this machine, without a slash at its end. */
export function consoleUrl(settings: Pick<Config, "publicUrl" | "host">, address: AddressInfo): string {
  if (settings.publicUrl !== undefined) return settings.publicUrl;
  const isAny = settings.host === "0.0.0.0" || settings.host === "::";
  const host = isAny ? "127.0.0.1" : settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return `http://${host}:${address.port}`;
}

/** What a start prints last: where the console is, how to sign in, and a first call to paste. */
export function banner(options: {
  readonly url: string;
  readonly firstRun: FirstRun | undefined;
  readonly hasSimulator: boolean;
}): string {
  const { url, firstRun } = options;
  const model = options.hasSimulator ? "sim-chat" : "MODEL";
  return `
Tollgate is ready: ${url}
${firstRun === undefined ? "" : signInText(url, firstRun)}
A first call, with a key made in the console:

  curl ${url}/v1/chat/completions \\
    -H "Authorization: Bearer $TOLLGATE_KEY" \\
    -H "Content-Type: application/json" \\
    -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'
`;
}

function signInText(url: string, firstRun: FirstRun): string {
  if ("ownerEmail" in firstRun)
    return `Sign in as ${firstRun.ownerEmail} with the password in OWNER_PASSWORD.\n`;
  return `Make the first owner (this link works once, for 30 minutes):\n  ${url}/first-run?token=${firstRun.linkToken}\n`;
}
