import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import { log } from "#lib/runtime/log";
import { singleton } from "#lib/runtime/singletons";

export type SchemaEngine = engineModule.SchemaEngine;

/** schema.prisma, read. The engine wants one, whatever it is to do. */
export type SchemaFile = { readonly path: string; readonly content: string };

/**
 * Prisma's own schema engine, as WebAssembly in this process: no binary to download.
 * After it has applied migrations a timer of its own keeps the process alive for 10 s.
 */
export async function createSchemaEngine(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema: SchemaFile,
): Promise<SchemaEngine> {
  await singleton("schema-engine", load);
  const datamodels: [string, string][] = schema ? [[schema.path, schema.content]] : [];
  return engineModule.SchemaEngine.new(
    { datamodels },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

/** The engine's words for what went wrong; it throws plain strings and bare objects as well as errors. */
export function engineMessage(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}

/** A panic ends the process as an uncaught "unreachable"; this is where its reason can be had. */
const panics = {
  set_message: (panic: string) => log().fatal({ panic }, "Prisma's schema engine panicked"),
};

async function load(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(join(dirname(entry), "schema_engine_bg.wasm"));
  // The engine looks this up by name when it panics, and fails with a worse error without it.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...engineModule } });
  engineModule.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}
