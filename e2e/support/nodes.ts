import { join } from "node:path";
import type pg from "pg";
import { eventually, type Operator } from "#bench/operator";
import { testDatabase } from "#lib/db/testing";
import { openDatabase } from "./books.ts";
import { chat, HELLO } from "./chat.ts";
import { signInOwner } from "./owner.ts";
import { startTollgate, type Tollgate } from "./tollgate.ts";

/** Several server processes on one database, with one master key: one gateway. */
export type Nodes = {
  nodes: readonly Tollgate[];
  /** Signed in at the first node. */
  operator: Operator;
  database: pg.Pool;
  /** The URL of the node that a caller of this number uses: callers take turns. */
  urlOf(caller: number): string;
  stop(): Promise<void>;
};

export async function startNodes(count: number, more: Record<string, string> = {}): Promise<Nodes> {
  const cloned = await testDatabase({ seeded: true });
  const nodes = [await startTollgate({ databaseUrl: cloned.url, env: more })];
  const env = { ...more, MASTER_KEY_FILE: join(nodes[0]?.dataDir ?? "", "master.key") };
  while (nodes.length < count) nodes.push(await startTollgate({ databaseUrl: cloned.url, env }));
  const database = openDatabase(cloned.url);
  const urlOf = (caller: number) => nodes[caller % nodes.length]?.url ?? "";
  return {
    nodes,
    operator: await signInOwner(urlOf(0)),
    database,
    urlOf,
    async stop() {
      await Promise.all(nodes.map((node) => node.remove()));
      await database.end();
      await cloned.stop();
    },
  };
}

/** Waits until every node knows the key, by a call that is refused before it could cost anything. */
export async function untilKnown(nodes: Pick<Nodes, "nodes">, secret: string): Promise<void> {
  for (const { url } of nodes.nodes) {
    await eventually("the key on every node", async () => {
      const response = await chat(url, secret, { model: "no-such-model", messages: HELLO });
      await response.body?.cancel();
      return response.status === 404 ? true : undefined;
    });
  }
}
