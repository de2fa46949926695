// Gets a clone ready to run: packages, generated Prisma client, build. Each only if something changed.
// Runs on any Node from 20 and imports nothing that npm would have to bring: it is what brings it.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fingerprint } from "./prepare/fingerprint.mjs";
import { withLock } from "./prepare/lock.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const NODE = join(root, "node_modules/.bin/node");
const OLDEST_NODE = 20;

/** What a build is made of. Tests beside the files do not count. */
const BUILD_SOURCES = [
  "app",
  "components",
  "i18n",
  "lib",
  "messages",
  "prisma/schema.prisma",
  "public",
  "instrumentation.ts",
  "next.config.js",
  "package-lock.json",
  "package.json",
  "proxy.ts",
  "tsconfig.json",
];

// `--dev` and `install` do without a build: development and the tests need none.
await main({ needsBuild: !process.argv.some((word) => word === "--dev" || word === "install") });

async function main({ needsBuild }) {
  process.chdir(root);
  refuseOldNode();
  // Two processes may start in one clone: one prepares, the other finds everything done.
  await withLock(join(root, ".cache/prepare.lock"), say, () => {
    install();
    generate();
    if (needsBuild) build();
  });
}

function refuseOldNode() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_NODE) return;
  fail(
    `Node ${process.versions.node} is too old: npm must run on Node ${OLDEST_NODE} or newer. (Tollgate itself runs on the Node 24 that npm installs.)`,
  );
}

function install() {
  const wanted = fingerprint(root, ["package-lock.json", "package.json"]);
  const stamp = "node_modules/.tollgate-installed";
  if (readText(stamp) !== wanted && !isInstalled()) {
    const env = { ...outsideEnvironment(), NODE_ENV: "development" };
    step("Installing packages", "npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], env);
  }
  const version = spawnSync(NODE, ["--version"], { encoding: "utf8" }).stdout ?? "";
  if (!version.startsWith("v24.")) {
    fail(
      "The package `node` came without its binary: npm was told not to run install scripts. Run `npm rebuild node`, then start again.",
    );
  }
  if (readText(stamp) !== wanted) writeFileSync(stamp, wanted);
}

/** Whether node_modules is what package-lock.json says, after an `npm ci` by hand. */
function isInstalled() {
  const there = readText("node_modules/.package-lock.json");
  if (there === undefined) return false;
  const installed = JSON.parse(there).packages;
  const locked = JSON.parse(readText("package-lock.json") ?? "{}").packages;
  return Object.entries(locked).every(([path, entry]) => {
    // Other platforms' packages are locked but not installed.
    if (path === "" || (entry.optional && !installed[path])) return true;
    return installed[path]?.version === entry.version;
  });
}

/** npm must not run on the Node that it is about to replace. */
function outsideEnvironment() {
  const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.endsWith("node_modules/.bin"));
  return { ...process.env, PATH: path.join(":") };
}

function generate() {
  const wanted = fingerprint(root, ["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  const stamp = "lib/db/generated/.stamp";
  if (readText(stamp) === wanted && existsSync("lib/db/generated/client.ts")) return;
  step("Generating the database client", NODE, ["node_modules/prisma/build/index.js", "generate"], {
    ...process.env,
    // It would download an engine that generating does not need; any existing file will do.
    PRISMA_SCHEMA_ENGINE_BINARY: join(root, "package.json"),
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  });
  writeFileSync(stamp, wanted);
}

function build() {
  const wanted = fingerprint(root, BUILD_SOURCES);
  const stamp = ".next/.tollgate-built";
  if (readText(stamp) === wanted && existsSync(".next/BUILD_ID")) return;
  // Gone while a build runs: a build that dies half-way is not taken for a whole one.
  rmSync(stamp, { force: true });
  step("Building the app", NODE, ["node_modules/next/dist/bin/next", "build"], {
    ...process.env,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  mkdirSync(".next", { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Runs one command quietly; shows what it said only if it fails. */
function step(title, command, args, env) {
  const startedAt = Date.now();
  say(`${title} …`);
  const run = spawnSync(command, args, { cwd: root, env, encoding: "utf8", maxBuffer: 100_000_000 });
  if (run.error) fail(`${title} failed: ${run.error.message}`);
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}`);
    fail(`${title} failed (${command} ${args.join(" ")}, exit code ${run.status ?? run.signal}).`);
  }
  say(`${title}: done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
