import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { singleton } from "#lib/runtime/singletons";
import type { Drawn } from "./draw-live.ts";
import type { DocumentSpec } from "./layout.ts";

type Waiting = { done: (pdf: Uint8Array<ArrayBuffer>) => void; fail: (error: Error) => void };
type Studio = { worker: Worker | undefined; last: number; waiting: Map<number, Waiting> };

/** Seen from the folder that the process was started in: a bundle must not take it in. */
const THREAD = ["lib", "documents", "draw-live.ts"];
/** A thread that nobody needs gives its fonts' memory back. */
const IDLE_MS = 5_000;

/**
 * A document as a PDF, Latin and Chinese, with page numbers. Drawn in a thread of its own: it takes a tenth of a second
 * and more, in which calls that pass through this process would stand still.
 */
export function renderDocument(spec: DocumentSpec): Promise<Uint8Array<ArrayBuffer>> {
  const studio = singleton<Studio>("documents", () => ({ worker: undefined, last: 0, waiting: new Map() }));
  studio.worker ??= open(studio);
  const { worker } = studio;
  studio.last += 1;
  const id = studio.last;
  return new Promise((done, fail) => {
    studio.waiting.set(id, { done, fail });
    worker.postMessage({ id, spec });
  });
}

function open(studio: Studio): Worker {
  const worker = new Worker(resolve(...THREAD), { execArgv: [] });
  worker.unref();
  const end = (reason: string) => {
    if (studio.worker === worker) studio.worker = undefined;
    for (const { fail } of studio.waiting.values()) fail(new Error(reason));
    studio.waiting.clear();
  };
  worker.on("message", (drawn: Drawn) => {
    const waiting = studio.waiting.get(drawn.id);
    studio.waiting.delete(drawn.id);
    if ("pdf" in drawn) waiting?.done(drawn.pdf);
    else waiting?.fail(new Error(`a document could not be drawn: ${drawn.error}`));
    setTimeout(() => closeIdle(studio, drawn.id), IDLE_MS).unref();
  });
  worker.on("error", (error) => end(`the documents' thread ended: ${error.message}`));
  worker.on("exit", () => end("the documents' thread ended"));
  return worker;
}

function closeIdle(studio: Studio, lastId: number): void {
  if (studio.last !== lastId || studio.waiting.size > 0) return;
  const { worker } = studio;
  studio.worker = undefined;
  worker?.terminate();
}
