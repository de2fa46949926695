import pg from "pg";
import type { Json, Operator } from "#bench/operator";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import type { Model } from "#lib/models/schema";
import { type MockUpstream, startMockUpstream } from "./mock-upstream.ts";
import { signInOwner } from "./owner.ts";
import { startTollgate, type Tollgate, type TollgateOptions } from "./tollgate.ts";

/** A gateway with an owner signed in, a mock upstream behind it, and its database at hand. */
export type World = {
  gateway: Tollgate;
  operator: Operator;
  upstream: MockUpstream;
  database: pg.Pool;
  /** A priced model that only a channel of its own serves, at which the mock behaves as named. */
  modelFor(behaviour: string, channel?: Json): Promise<string>;
  /** A priced model that no channel serves. */
  unservedModel(): Promise<string>;
  stop(): Promise<void>;
};

/** Starts it all: two processes, one database of its own. Call `stop` in afterAll. */
export async function startWorld(options: TollgateOptions = {}): Promise<World> {
  const [upstream, cloned] = await Promise.all([startMockUpstream(), testDatabase({ seeded: true })]);
  const gateway = await startTollgate({ databaseUrl: cloned.url, ...options });
  const operator = await signInOwner(gateway.url);
  const database = new pg.Pool({ connectionString: options.databaseUrl ?? cloned.url, max: 4 });
  const nextModel = await modelSupply(operator);
  return {
    gateway,
    operator,
    upstream,
    database,
    modelFor: async (behaviour, channel = {}) => {
      const model = nextModel();
      await operator.createChannel({
        baseUrl: upstream.url,
        credential: "sk-upstream-credential-0123456789",
        models: [{ model, upstreamModel: behaviour }],
        ...channel,
      });
      return model;
    },
    unservedModel: async () => nextModel(),
    stop: () => stopAll(gateway, upstream, database, cloned),
  };
}

/** Hands out priced, unserved chat models of the catalogue, each one once. */
async function modelSupply(operator: Operator): Promise<() => string> {
  const models = await operator.all<Model>("/api/models?kind=chat");
  const free = models.filter(
    (model) => !model.sold && !model.reasoning && model.price?.input && model.price.output,
  );
  return () => {
    const model = free.pop();
    if (!model) throw new Error("the catalogue has no priced chat model left for this test");
    return model.id;
  };
}

async function stopAll(
  gateway: Tollgate,
  upstream: MockUpstream,
  database: pg.Pool,
  cloned: TestDatabase,
): Promise<void> {
  await gateway.remove();
  await upstream.stop();
  await database.end();
  await cloned.stop();
}
