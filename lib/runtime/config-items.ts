import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";

/**
 * Every environment variable that Tollgate reads: what it means, what it accepts, what it is without a value.
 * `.env.example` is generated from this table.
 */
export const configItems = {
  port: item({
    env: "PORT",
    doc: "Port of the listener. 0 takes any free one.",
    default: "3000",
    schema: z
      .string()
      .regex(/^\d{1,5}$/, "a port number from 0 to 65535 is expected")
      .transform(Number)
      .refine((port) => port <= 65_535, "a port number from 0 to 65535 is expected"),
  }),
  host: item({
    env: "HOST",
    doc: "Address that the listener binds. 0.0.0.0 opens it to the network.",
    default: "127.0.0.1",
    schema: z.string().regex(/^[A-Za-z0-9.:_-]+$/, "a host name or an IP address is expected"),
  }),
  dataDir: item({
    env: "DATA_DIR",
    doc: "Folder of what this process keeps on disk: the embedded Postgres, the master key, server.pid. One process per folder.",
    default: "./.data",
    schema: z.string().transform((path) => resolve(path)),
  }),
  databaseUrl: item({
    env: "DATABASE_URL",
    doc: "Postgres to use (postgres://user:password@host:port/database; a pooler is fine). Unset: an embedded Postgres 18 in DATA_DIR.",
    secret: true,
    schema: urlOf(["postgres:", "postgresql:"]),
  }),
  databaseDirectUrl: item({
    env: "DATABASE_DIRECT_URL",
    doc: "The same database without a pooler between, for migrations, LISTEN and jobs. Unset: DATABASE_URL.",
    secret: true,
    schema: urlOf(["postgres:", "postgresql:"]),
  }),
  redisUrl: item({
    env: "REDIS_URL",
    doc: "Valkey or Redis that counts limits for all nodes, until one is entered in the console: redis://user:password@host:6379, rediss:// with TLS, or valkey://. Unset: a single node counts by itself, several share the work through Postgres.",
    secret: true,
    schema: urlOf(["redis:", "rediss:", "valkey:", "valkeys:"]),
  }),
  smtpUrl: item({
    env: "SMTP_URL",
    doc: "Mail server until one is entered in the console: smtp://user:password@host:port (TLS once the server offers it; ?requireTLS=true insists, ?ignoreTLS=true does without, ?from=no-reply@example.com names the sender) or smtps://. Unset: mails stay readable in the outbox.",
    secret: true,
    schema: urlOf(["smtp:", "smtps:"]),
  }),
  publicUrl: item({
    env: "PUBLIC_URL",
    doc: "Address under which people reach the console, without a path (https://gateway.example.com). Unset: the request's own host. Cookies are Secure if it is https.",
    schema: urlOf(["http:", "https:"])
      .refine((url) => pathAndAfter(url).length <= 1, "no path, query or fragment is expected")
      .transform((url) => new URL(url).origin),
  }),
  trustedProxies: item({
    env: "TRUSTED_PROXIES",
    doc: "Networks whose X-Forwarded-For is believed: CIDRs or addresses, separated by commas. `platform`: under `next start`, believe the host platform. Unset: nobody.",
    schema: z.union([z.literal("platform"), cidrList()], {
      error: "`platform` or a list of CIDRs like 10.0.0.0/8,fd00::/8 is expected",
    }),
  }),
  masterKeyFile: item({
    env: "MASTER_KEY_FILE",
    doc: "File of the key that encrypts secrets at rest, made on the first start (mode 0600). Unset: master.key in DATA_DIR. Without it the stored credentials are lost: back it up.",
    schema: z.string().transform((path) => resolve(path)),
  }),
  ownerEmail: item({
    env: "OWNER_EMAIL",
    doc: "With OWNER_PASSWORD: creates the first owner at start, if there is none.",
    schema: z.email("an e-mail address is expected"),
  }),
  ownerPassword: item({
    env: "OWNER_PASSWORD",
    doc: "The first owner's password, at least 12 characters.",
    secret: true,
    schema: z.string().min(12, "at least 12 characters are expected"),
  }),
  simulator: item({
    env: "SIMULATOR",
    doc: "Seeds a simulated provider with sim-* models: `on` or `off`. Unset: on with the embedded Postgres, else off.",
    schema: oneOf(["on", "off"]),
  }),
  gatewayMount: item({
    env: "GATEWAY_MOUNT",
    doc: "Who answers the gateway's paths: `server` (the listener itself, fast) or `next` (route handlers).",
    default: "server",
    schema: oneOf(["server", "next"]),
  }),
  funds: item({
    env: "FUNDS",
    doc: "How a call's money is held. `leased`: from slices of the balance that this node has leased, bills on its own disk first (DATA_DIR must be one). `direct`: one conditional statement in Postgres per call, for a node without a disk.",
    default: "leased",
    schema: oneOf(["leased", "direct"]),
  }),
  networkTables: item({
    env: "NETWORK_TABLES",
    doc: "Folder of the tables that tell whose a network is (asn/, asn-country/: first address, last address, value). Without them unusual use of a key is found all the same, less surely.",
    default: "node_modules/@ip-location-db",
    schema: z.string().transform((path) => resolve(path)),
  }),
  logLevel: item({
    env: "LOG_LEVEL",
    doc: "Least severe level that is logged: trace, debug, info, warn, error, fatal or silent.",
    default: "info",
    schema: oneOf(["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
  }),
} as const;

/** What the schemas make of the table; an item without default and value is `undefined`. */
export type ParsedItems = {
  [Name in keyof typeof configItems]:
    | z.output<(typeof configItems)[Name]["schema"]>
    | ((typeof configItems)[Name] extends { default: string } ? never : undefined);
};

function item<
  const Item extends { env: string; doc: string; schema: z.ZodType; default?: string; secret?: boolean },
>(value: Item): Item {
  return value;
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `one of ${values.join(", ")} is expected` });
}

function urlOf(protocols: readonly string[]) {
  const expected = `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")} is expected`;
  return z.string().refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    return protocols.includes(url.protocol) && url.hostname !== "";
  }, expected);
}

function pathAndAfter(text: string): string {
  const url = URL.parse(text);
  if (url === null) return "";
  return url.pathname + url.search + url.hash;
}

function cidrList() {
  return z.string().transform((text, context): readonly string[] => {
    const parts = text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const cidrs = parts.map((part) =>
      part.includes("/") ? part : `${part}/${part.includes(":") ? 128 : 32}`,
    );
    if (cidrs.length === 0 || !cidrs.every((cidr) => ipaddr.isValidCIDR(cidr))) {
      context.addIssue({ code: "custom", message: "a list of CIDRs is expected" });
    }
    return cidrs;
  });
}
