import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import type { Settlement } from "#lib/settlement/batch";
import {
  type Admission,
  decodeAdmission,
  decodeSettlement,
  encodeAdmission,
  encodeSettlement,
  SPOOL_FORMAT,
} from "./format.ts";
import { openTables, type Tables } from "./tables-store.ts";

/** A committed settlement; `unreadable` holds the text of a row whose format this release does not know. */
export type SpoolRow = { seq: number } & (
  | { settlement: Settlement; unreadable?: never }
  | { settlement?: never; unreadable: string }
);

/** Why a commit failed. `full`: the disk or `maxBytes` is. Nothing of the commit is in the spool then. */
export class SpoolError extends Error {
  override name = "SpoolError";
  readonly code: "full" | "io" | "closed" | "failed";

  constructor(code: SpoolError["code"], cause?: unknown) {
    super(`the spool did not take a commit: ${code}`, { cause });
    this.code = code;
  }
}

/** Opens the journal of calls at `path`, made if absent. Throws if another process has it open. */
export function openSpool(options: { path: string; maxBytes: number }): Spool {
  return new Spool(openTables(options.path, options.maxBytes, newId));
}

type Waiting = {
  settlement: Settlement;
  text: string;
  committed: (seq: number) => void;
  failed: (error: unknown) => void;
};
type Weight = { rows: number; bytes: number; last: number };

/** How long an admission or a forgetting may wait for a settlement's commit to join. */
const LAZY_MS = 10;
const QUIET_MS = 10_000;
const MOST_RECENT = 4_096;

/**
 * What this node has admitted and settled and Postgres does not know yet. A settlement is on the disk when `settle`
 * resolves; all that came in one turn of the event loop shares one commit. Only this process has the file.
 */
export class Spool {
  readonly #tables: Tables;
  readonly #seqAtOpen: number;
  #id: string;
  #nextSeq: number;
  #lastSeq: number;
  #forgottenTo: number;
  #rows: number;
  #bytes: number;
  /** Admissions that stand in the file: a call that is settled before its admission is written needs no delete. */
  readonly #admitted: Set<string>;
  readonly #admissions = new Map<string, string>();
  readonly #withdrawn = new Set<string>();
  #settled: Waiting[] = [];
  /** The newest rows without a gap, as they were given: a flusher that keeps up reads no file. */
  #recent: { seq: number; settlement: Settlement }[] = [];
  #forgetTo = 0;
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #quietUntilMs = 0;

  constructor(tables: Tables) {
    this.#tables = tables;
    const { sql } = tables;
    const state = sql.state.get() ?? {};
    const weight = sql.weigh.get(Number.MAX_SAFE_INTEGER) as Weight;
    this.#id = String(state.id);
    this.#forgottenTo = Number(state.forgotten_to);
    this.#lastSeq = Math.max(weight.last, this.#forgottenTo);
    this.#seqAtOpen = this.#lastSeq;
    this.#nextSeq = this.#lastSeq + 1;
    this.#rows = weight.rows;
    this.#bytes = weight.bytes;
    this.#admitted = new Set(sql.admitted.all().map((row) => String(row.request_id)));
  }

  /** Names this file to Postgres's fence; another file of the same node starts a fence of its own. */
  get id(): string {
    return this.#id;
  }
  /** The last committed number when this process opened the file: what may have been flushed by an earlier one. */
  get seqAtOpen(): number {
    return this.#seqAtOpen;
  }
  get lastSeq(): number {
    return this.#lastSeq;
  }
  get forgottenTo(): number {
    return this.#forgottenTo;
  }

  /** Committed settlements that are not forgotten. */
  rows(): number {
    return this.#rows;
  }

  /** Bytes of their text. The file is larger by SQLite's own: about a sixth. */
  bytes(): number {
    return this.#bytes;
  }

  /** Writes down that a call was admitted, with the next commit. Waits for nothing. */
  journal(admission: Admission): void {
    if (!this.#isOpen) return;
    this.#admissions.set(admission.requestId, encodeAdmission(admission));
    this.#commitSoon();
  }

  /** Resolves with the row's number once it is on the disk; rejects with SpoolError. Ends the call's admission. */
  settle(settlement: Settlement): Promise<number> {
    return new Promise((committed, failed) => {
      if (!this.#isOpen) throw new SpoolError("closed");
      this.#settled.push({ settlement, text: encodeSettlement(settlement), committed, failed });
      this.#turn ??= setImmediate(() => this.#commit());
    });
  }

  /** Ends an admission whose call was settled elsewhere, with the next commit. */
  withdraw(requestId: string): void {
    this.#admissions.delete(requestId);
    if (!this.#isOpen || !this.#admitted.has(requestId)) return;
    this.#withdrawn.add(requestId);
    this.#commitSoon();
  }

  /** Committed settlements after `afterSeq`, oldest first. */
  read(afterSeq: number, limit: number): SpoolRow[] {
    const oldest = this.#recent[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (afterSeq >= oldest - 1) {
      const start = this.#recent.findIndex(({ seq }) => seq > afterSeq);
      return start === -1 ? [] : this.#recent.slice(start, start + limit);
    }
    return this.#tables.sql.read.all(afterSeq, limit).map((row) => {
      const [seq, text] = [Number(row.seq), String(row.body)];
      try {
        return { seq, settlement: decodeSettlement(Number(row.format), text) };
      } catch {
        return { seq, unreadable: text };
      }
    });
  }

  /** Drops what Postgres has, with the next commit. A crash before it does no harm: the fence knows. */
  forget(toSeq: number): void {
    if (!this.#isOpen || toSeq <= this.#forgetTo) return;
    this.#forgetTo = toSeq;
    this.#commitSoon();
  }

  /** Calls that an earlier process admitted and did not settle. */
  openAdmissions(): Admission[] {
    return this.#tables.sql.open.all(this.#tables.session).flatMap((row) => {
      try {
        return decodeAdmission(Number(row.format), String(row.body));
      } catch (err) {
        log().error({ err, requestId: row.request_id }, "an admission in the spool cannot be read");
        return [];
      }
    });
  }

  /** A new name, for when Postgres's fence knows more of this file than the file itself (it is an old copy). */
  rename(): void {
    this.#id = newId();
    this.#tables.sql.rename.run(this.#id);
  }

  /** Commits what waits and lets go of the file. */
  close(): void {
    if (!this.#isOpen) return;
    this.#commit();
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#tables.db.close();
  }

  #commitSoon(): void {
    if (this.#turn !== undefined) return;
    this.#timer ??= setTimeout(() => this.#commit(), LAZY_MS).unref();
  }

  #commit(): void {
    clearImmediate(this.#turn);
    clearTimeout(this.#timer);
    this.#turn = undefined;
    this.#timer = undefined;
    if (!this.#isOpen) return;
    const settled = this.#settled;
    this.#settled = [];
    try {
      this.#write(settled);
    } catch (cause) {
      this.#rollBack();
      const error = new SpoolError(codeOf(cause), cause);
      this.#complain(error);
      for (const { failed } of settled) failed(error);
    }
  }

  #write(settled: readonly Waiting[]): void {
    const { sql, session } = this.#tables;
    const ended = new Set(settled.map(({ settlement }) => settlement.row.requestId));
    const admitted = [...this.#admissions].filter(([requestId]) => !ended.has(requestId));
    const unadmitted = [...ended, ...this.#withdrawn].filter((requestId) => this.#admitted.has(requestId));
    const firstSeq = this.#nextSeq;
    // Numbers of a failed commit are not used again: what the disk has of it is unknown.
    this.#nextSeq += settled.length;
    sql.begin.run();
    // What goes first makes room for what comes.
    const forgotten = this.#dropForgotten();
    for (const requestId of unadmitted) sql.unadmit.run(requestId);
    for (const [requestId, text] of admitted) sql.admit.run(requestId, session, SPOOL_FORMAT, text);
    for (const [index, { text }] of settled.entries()) {
      sql.settle.run(firstSeq + index, SPOOL_FORMAT, text.length, text);
    }
    sql.commit.run();

    this.#admissions.clear();
    this.#withdrawn.clear();
    for (const requestId of unadmitted) this.#admitted.delete(requestId);
    for (const [requestId] of admitted) this.#admitted.add(requestId);
    if (settled.length > 0) this.#lastSeq = firstSeq + settled.length - 1;
    this.#rows += settled.length - (forgotten?.rows ?? 0);
    this.#bytes += settled.reduce((sum, { text }) => sum + text.length, 0) - (forgotten?.bytes ?? 0);
    if (forgotten !== undefined) this.#forgottenTo = this.#forgetTo;
    this.#remember(settled, firstSeq);
    for (const [index, { committed }] of settled.entries()) committed(firstSeq + index);
  }

  #remember(settled: readonly Waiting[], firstSeq: number): void {
    if (this.#recent.length + settled.length > MOST_RECENT) this.#recent = [];
    const oldest = this.#recent[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (oldest <= this.#forgetTo) this.#recent = this.#recent.filter(({ seq }) => seq > this.#forgetTo);
    for (const [index, { settlement }] of settled.entries()) {
      this.#recent.push({ seq: firstSeq + index, settlement });
    }
  }

  #dropForgotten(): Weight | undefined {
    if (this.#forgetTo <= this.#forgottenTo) return undefined;
    const { sql } = this.#tables;
    const weight = sql.weigh.get(this.#forgetTo) as Weight;
    sql.forget.run(this.#forgetTo);
    sql.forgotten.run(this.#forgetTo);
    return weight;
  }

  /** A full disk fails every commit: one line says so. */
  #complain(error: SpoolError): void {
    if (performance.now() < this.#quietUntilMs) return;
    this.#quietUntilMs = performance.now() + QUIET_MS;
    log().error({ err: error, code: error.code }, "the spool could not be written");
  }

  #rollBack(): void {
    try {
      if (this.#tables.db.isTransaction) this.#tables.sql.rollback.run();
    } catch (err) {
      log().error({ err }, "the spool could not be rolled back");
    }
  }
}

const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** SQLite says "full" for ENOSPC as for max_page_count; the low byte is the primary code. */
function codeOf(error: unknown): SpoolError["code"] {
  const { errcode } = error as { errcode?: number };
  if (errcode === undefined) return "failed";
  if ((errcode & 0xff) === SQLITE_FULL) return "full";
  return (errcode & 0xff) === SQLITE_IOERR ? "io" : "failed";
}
