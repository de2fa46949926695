import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig } from "./config.ts";
import { envExample } from "./env-example.ts";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("loadConfig", () => {
  it("gives the documented defaults for an empty environment", () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      gatewayMount: "server",
      funds: "leased",
      logLevel: "info",
    });
    expect(config.dataDir).toMatch(/^\/.*\/\.data$/);
    expect(config.masterKeyFile).toBe(`${config.dataDir}/master.key`);
    expect(config.databaseUrl).toBeUndefined();
    expect(config.trustedProxies).toBeUndefined();
  });

  it("treats an empty string as unset", () => {
    expect(loadConfig({ PORT: "", DATABASE_URL: "", OWNER_PASSWORD: "" })).toEqual(loadConfig({}));
  });

  it("names every bad value in one message", () => {
    const problems = problemsOf({ PORT: "http", FUNDS: "borrowed", TRUSTED_PROXIES: "10.0.0.0/99" });
    expect(problems).toHaveLength(3);
    expect(problems.join("\n")).toMatch(
      /PORT: "http"[\s\S]*TRUSTED_PROXIES[\s\S]*FUNDS: "borrowed".*leased, direct/,
    );
  });

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["HOST", "a b"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["REDIS_URL", "localhost:6379"],
    ["SMTP_URL", "mail.example.com"],
    ["PUBLIC_URL", "gateway.example.com"],
    ["PUBLIC_URL", "https://gateway.example.com/console"],
    ["TRUSTED_PROXIES", "all"],
    ["SIMULATOR", "yes"],
    ["GATEWAY_MOUNT", "nginx"],
    ["LOG_LEVEL", "verbose"],
  ])("refuses %s=%s", (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}:`))]);
  });

  it("never repeats a secret in its message", () => {
    const problems = problemsOf({
      OWNER_EMAIL: "owner@example.com",
      OWNER_PASSWORD: "hunter2",
      DATABASE_URL: "mysql://root:opensesame@localhost/x",
    }).join("\n");
    expect(problems).toMatch(/OWNER_PASSWORD/);
    expect(problems).not.toMatch(/hunter2|opensesame/);
  });

  it("wants the owner's email and password together", () => {
    expect(problemsOf({ OWNER_EMAIL: "owner@example.com" })).toHaveLength(1);
    expect(problemsOf({ OWNER_EMAIL: "owner@example.com", OWNER_PASSWORD: "twelve chars!" })).toEqual([]);
  });

  it("takes the simulator on with the embedded database and off beside a given one", () => {
    const url = "postgres://tollgate@db.example.com/tollgate";
    expect(loadConfig({}).simulator).toBe("on");
    expect(loadConfig({ DATABASE_URL: url }).simulator).toBe("off");
    expect(loadConfig({ DATABASE_URL: url, SIMULATOR: "on" }).simulator).toBe("on");
  });

  it("connects directly through DATABASE_URL unless told otherwise", () => {
    const DATABASE_URL = "postgres://pooler.example.com/tollgate";
    const DATABASE_DIRECT_URL = "postgres://db.example.com/tollgate";
    expect(loadConfig({ DATABASE_URL }).databaseDirectUrl).toBe(DATABASE_URL);
    expect(loadConfig({ DATABASE_URL, DATABASE_DIRECT_URL }).databaseDirectUrl).toBe(DATABASE_DIRECT_URL);
    expect(problemsOf({ DATABASE_DIRECT_URL })).toHaveLength(1);
  });

  it("reads trusted proxies as networks and a public URL as an origin", () => {
    const config = loadConfig({
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      PUBLIC_URL: "https://gateway.example.com/",
    });
    expect(config.trustedProxies).toEqual(["10.0.0.0/8", "::1/128"]);
    expect(config.publicUrl).toBe("https://gateway.example.com");
    expect(loadConfig({ TRUSTED_PROXIES: "platform" }).trustedProxies).toBe("platform");
  });
});

describe(".env.example", () => {
  it("is the text generated from the table", () => {
    expect(readFileSync(new URL("../../.env.example", import.meta.url), "utf8")).toBe(envExample());
  });
});
