import { type Logger, pino } from "pino";
import { config } from "./config.ts";
import { redactText, safeError } from "./redact.ts";
import { singleton } from "./singletons.ts";

/** This process's log: one JSON line per event on standard output, without secrets. */
export function log(): Logger {
  return singleton("log", () => createLog(config().logLevel, process.stdout));
}

/**
 * Makes a log that writes to `destination`. Two nets hold secrets back: the paths below never reach the
 * line, and every finished line goes through redactText.
 */
export function createLog(level: string, destination: { write(line: string): unknown }): Logger {
  return pino(
    {
      level,
      base: { app: "tollgate" },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretPaths(), censor: "[redacted]" },
      serializers: { err: safeError, error: safeError },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => destination.write(redactText(line)) },
  );
}

const SECRET_FIELDS = [
  "authorization",
  "cookie",
  '["set-cookie"]',
  '["x-api-key"]',
  '["x-goog-api-key"]',
  "password",
  "secret",
  "credential",
  "token",
  "databaseUrl",
  "ownerPassword",
];

function secretPaths(): string[] {
  return SECRET_FIELDS.flatMap((field) => [field, field.startsWith("[") ? `*${field}` : `*.${field}`]);
}
