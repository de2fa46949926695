import { configItems, type ParsedItems } from "./config-items.ts";
import { setSingleton, singleton } from "./singletons.ts";

/** The environment, read once. Paths are absolute; an item without a value is `undefined`. */
export type Config = Omit<ParsedItems, "databaseDirectUrl" | "masterKeyFile" | "simulator"> & {
  /** Where listener, migrations and jobs connect: DATABASE_DIRECT_URL, else DATABASE_URL. */
  databaseDirectUrl: string | undefined;
  masterKeyFile: string;
  simulator: "on" | "off";
};

/** A start that must not go on: its message names every bad value. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** This process's configuration. Throws ConfigError on first use if the environment is not valid. */
export function config(): Config {
  return singleton("config", () => loadConfig(process.env));
}

/** Replaces the configuration, once the server knows the embedded Postgres's URL. */
export function setConfig(value: Config): Config {
  return setSingleton("config", value);
}

/**
 * Reads an environment into a Config. Pure. An empty string counts as unset.
 * Throws one ConfigError that names every malformed value; secrets are named, never repeated.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const parsed = parseItems(env, problems);
  problems.push(...contradictions(env));
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...parsed,
    databaseDirectUrl: parsed.databaseDirectUrl ?? parsed.databaseUrl,
    masterKeyFile: parsed.masterKeyFile ?? `${parsed.dataDir}/master.key`,
    // A simulator makes a fresh clone answer; next to a real database it would be a surprise.
    simulator: parsed.simulator ?? (parsed.databaseUrl === undefined ? "on" : "off"),
  };
}

function parseItems(env: Readonly<Record<string, string | undefined>>, problems: string[]): ParsedItems {
  const entries = Object.entries(configItems).map(([name, item]) => {
    const text = env[item.env] || ("default" in item ? item.default : undefined);
    if (text === undefined) return [name, undefined];
    const result = item.schema.safeParse(text);
    if (!result.success) problems.push(problemText(item, text, result.error.issues[0]?.message));
    return [name, result.data];
  });
  // Each value comes from the schema of the item with the same name.
  return Object.fromEntries(entries) as ParsedItems;
}

function problemText(
  item: { env: string; secret?: boolean },
  text: string,
  message: string | undefined,
): string {
  const given = item.secret ? "its value" : JSON.stringify(text);
  return `${item.env}: ${given} is not accepted: ${message ?? "malformed"}`;
}

function contradictions(env: Readonly<Record<string, string | undefined>>): string[] {
  const found: string[] = [];
  if (Boolean(env.OWNER_EMAIL) !== Boolean(env.OWNER_PASSWORD)) {
    found.push("OWNER_EMAIL and OWNER_PASSWORD: set both or neither");
  }
  if (env.DATABASE_DIRECT_URL && !env.DATABASE_URL) {
    found.push("DATABASE_DIRECT_URL: needs DATABASE_URL beside it");
  }
  return found;
}
