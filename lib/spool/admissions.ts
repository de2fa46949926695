import type { Admission } from "./format.ts";

/** What a commit writes of admissions, and what of them it makes obsolete. */
export type AdmissionChanges = {
  written: readonly Admission[];
  /** Stand in the file and go. */
  dropped: readonly string[];
  /** Were settled by this commit. */
  ended: readonly string[];
};

/** Of what waits to be written: what has waited long enough, or everything (the file is about to be closed). */
export type Due = "none" | "ripe" | "all";

/**
 * Admitted calls on their way into the file and out of it. Most calls of a fast model end before anybody needs to know
 * that they had begun, so that an admission is written only when it has seen two turns of `ripen` go by.
 */
export class Admissions {
  /** Stand in the file. */
  readonly #written: Set<string>;
  #young = new Map<string, Admission>();
  #ripe = new Map<string, Admission>();
  readonly #withdrawn = new Set<string>();
  /** Those that stand in the file, of this process, and are streams. */
  readonly #streams = new Set<string>();

  constructor(written: Iterable<string>) {
    this.#written = new Set(written);
  }

  add(admission: Admission): void {
    this.#young.set(admission.requestId, admission);
  }

  /** Its call was settled elsewhere. */
  withdraw(requestId: string): void {
    this.#forget(requestId);
    if (this.#written.has(requestId)) this.#withdrawn.add(requestId);
  }

  /** Something has to be written sooner or later. */
  areWaiting(): boolean {
    return this.#young.size + this.#ripe.size + this.#withdrawn.size > 0;
  }

  /** Streams are under way that are older than a moment. */
  areStreaming(): boolean {
    return this.#streams.size > 0;
  }

  /** For a commit that settles the calls `ended`. Nothing changes here before `apply`. */
  changes(ended: readonly string[], due: Due): AdmissionChanges {
    const dropped = [...ended.filter((id) => this.#written.has(id)), ...this.#withdrawn];
    if (due === "none") return { written: [], dropped, ended };
    const waiting = [...this.#ripe.values(), ...(due === "all" ? this.#young.values() : [])];
    const over = new Set(ended);
    return { written: waiting.filter(({ requestId }) => !over.has(requestId)), dropped, ended };
  }

  /** The commit stands. */
  apply({ written, dropped, ended }: AdmissionChanges): void {
    for (const requestId of dropped) {
      this.#written.delete(requestId);
      this.#streams.delete(requestId);
    }
    this.#withdrawn.clear();
    for (const requestId of ended) this.#forget(requestId);
    for (const { requestId, log } of written) {
      this.#forget(requestId);
      this.#written.add(requestId);
      if (log().stream === true) this.#streams.add(requestId);
    }
  }

  /** A turn is over: what is still young is written with the next. */
  ripen(): void {
    if (this.#ripe.size > 0) return;
    [this.#young, this.#ripe] = [new Map(), this.#young];
  }

  #forget(requestId: string): void {
    if (!this.#young.delete(requestId)) this.#ripe.delete(requestId);
  }
}
