import { existsSync } from "node:fs";
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "#lib/models/schema";
import { clusterPath, readState } from "#server/postgres/place";
import { type Operator, signIn } from "../operator.ts";
import { GATEWAY_CORE, moveDatabase, OTHER_CORE, portOf, type Running, start, until } from "./processes.ts";

/** Something that answers chat calls and can be measured. */
export type Subject = {
  name: "upstream" | "proxy" | "server" | "memory" | "next" | "portkey";
  port: number;
  /** One set of headers per customer. */
  headers: Record<string, string>[];
  model: string;
  pid: number;
  /** Tollgate's own folder, database and management API; undefined for the others. */
  tollgate?: { dataDir: string; operator: Operator };
  end(): Promise<void>;
};

const OWNER = { email: "owner@bench.test", password: "correct-horse-battery-staple" };
const CUSTOMERS = 8;
/** Where files are memory, on Linux. */
const MEMORY = "/dev/shm";
const MEMORY_BYTES = 4 * 2 ** 30;
const PORTKEY = "bench/portkey/node_modules/@portkey-ai/gateway/build/start-server.js";

/** The upstream alone: what the load side could do at most, on its one core. */
export async function startUpstream(env: Record<string, string> = {}): Promise<Subject> {
  const running = start(OTHER_CORE, ["bench/load/upstream.ts"], env);
  return { ...plain("upstream", running), port: await portOf(running) };
}

export async function startProxy(upstream: Subject): Promise<Subject> {
  const running = start(GATEWAY_CORE, ["bench/load/proxy.ts"], { UPSTREAM: urlOf(upstream) });
  return { ...plain("proxy", running), port: await portOf(running) };
}

/** undefined where it is not installed: npm ci --prefix bench/portkey. */
export async function startPortkey(upstream: Subject): Promise<Subject | undefined> {
  if (!existsSync(PORTKEY)) return undefined;
  const port = await freePort();
  const running = start(GATEWAY_CORE, [PORTKEY, `--port=${port}`, "--headless"]);
  await untilAnswers(`http://127.0.0.1:${port}/`, running);
  const headers = {
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${urlOf(upstream)}/v1`,
    authorization: "Bearer sk-bench",
  };
  return { ...plain("portkey", running), port, headers: [headers] };
}

/** A server process of Tollgate and its folder. */
export type Server = { url: string; port: number; pid: number; dataDir: string; end(): Promise<void> };

/** The production server with everything on: embedded Postgres, spool, leases, prices, snapshot, logs. */
export async function startServer(
  upstream: Subject,
  mount: "server" | "next",
  folder = tmpdir(),
): Promise<Subject> {
  const { url, port, pid, dataDir, end } = await launchServer({ GATEWAY_MOUNT: mount }, GATEWAY_CORE, folder);
  const operator = await signIn(url, OWNER);
  const { model, headers } = await furnish(operator, upstream);
  return { name: mount, port, pid, headers, model, tollgate: { dataDir, operator }, end };
}

/**
 * The production server whose spool stands in memory: what of a call's time is the gateway's own, with no disk to wait for.
 * undefined where there is no such folder, or no room in it.
 */
export async function startInMemory(upstream: Subject): Promise<Subject | undefined> {
  const free = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (free < MEMORY_BYTES) return undefined;
  return { ...(await startServer(upstream, "server", MEMORY)), name: "memory" };
}

/** One server process, ready; `env` may give it another's database. Its data goes into a folder of its own in `folder`. */
export async function launchServer(
  env: Record<string, string>,
  core = GATEWAY_CORE,
  folder = tmpdir(),
): Promise<Server> {
  const [port, dataDir] = [await freePort(), await mkdtemp(join(folder, "tollgate-bench-"))];
  const flags = process.env.BENCH_NODE_FLAGS?.split(" ") ?? [];
  // As `npm start` has it: package.json, docs/decisions/0008.
  const running = start(core, ["--no-memory-reducer", ...flags, "server/main.ts"], {
    PORT: String(port),
    DATA_DIR: dataDir,
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
    LOG_LEVEL: "warn",
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/readyz`, running);
  moveDatabase(running.pid);
  return {
    ...{ url, port, dataDir, pid: running.pid },
    async end() {
      await running.end();
      await rm(clusterPath(dataDir, await readState(dataDir)), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A priced model behind the upstream, and customers with money. */
async function furnish(operator: Operator, upstream: Subject) {
  const models = await operator.all<Model>("/api/models?kind=chat");
  const model = models.find((m) => !m.sold && !m.reasoning && m.price?.input && m.price.output)?.id;
  if (model === undefined) throw new Error("the catalogue has no priced chat model");
  await operator.createChannel({ baseUrl: `${urlOf(upstream)}/v1`, credential: "sk-up", models: [model] });
  const headers: Record<string, string>[] = [];
  for (let index = 0; index < CUSTOMERS; index += 1) {
    const { key } = await operator.customer("100000");
    headers.push({ authorization: `Bearer ${key.secret}`, "user-agent": "OpenAI/JS 6.49.0" });
  }
  return { model, headers };
}

function plain(name: Subject["name"], running: Running): Subject {
  return { name, port: 0, headers: [{}], model: "bench", pid: running.pid, end: running.end };
}

export function urlOf({ port }: Pick<Subject, "port">): string {
  return `http://127.0.0.1:${port}`;
}

async function untilAnswers(url: string, running: Running): Promise<void> {
  const ready = await until(
    () =>
      fetch(url).then(
        ({ status }) => (status < 500 ? true : undefined),
        () => undefined,
      ),
    60_000,
  );
  if (ready !== true) throw new Error(`it did not start:\n${running.output()}`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no free port")),
      );
    });
  });
}
