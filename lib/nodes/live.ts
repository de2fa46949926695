import { hostname } from "node:os";
import type pg from "pg";
import { log } from "#lib/runtime/log";
import { partReports, supervise } from "#lib/runtime/supervise";
import packageJson from "../../package.json" with { type: "json" };
import { forgetNodes, markStopped, type NodeReport, writeReport } from "./store.ts";

const EVERY_MS = 2_000;

type Options = {
  pool: pg.Pool;
  nodeId: string;
  figures(): Pick<NodeReport, "engine" | "spool" | "clockOffsetMs">;
};

/** Says every two seconds how this node is; `stop` says that it ended in order. */
export function startReporting({ pool, nodeId, figures }: Options): { stop(): Promise<void> } {
  const known = { startedAt: new Date(), version: packageJson.version, host: hostname() };
  const reporter = supervise({
    name: "node-report",
    maxPauseMs: 5_000,
    async run({ signal, up, pause }) {
      await forgetNodes(pool);
      while (!signal.aborted) {
        await writeReport(pool, nodeId, { ...known, ...figures(), parts: partReports() });
        up();
        await pause(EVERY_MS);
      }
    },
  });
  return {
    async stop() {
      await reporter.stop();
      await markStopped(pool, nodeId).catch((err) => log().warn({ err }, "the end could not be reported"));
    },
  };
}
