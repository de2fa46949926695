import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import type { Settlement } from "#lib/settlement/batch";
import { BLOCK_FORMAT, encodeBlock, rowsOf, type SpoolRow } from "./block.ts";
import { SpoolError } from "./error.ts";
import { type Admission, decodeAdmission, encodeAdmission, SPOOL_FORMAT } from "./format.ts";
import { type Block, Kept } from "./kept.ts";
import { type Sync, syncOf } from "./sync-store.ts";
import { openTables, type Tables } from "./tables-store.ts";

/** Opens the journal of calls at `path`, made if absent. Throws if another process has it open. */
export function openSpool(options: { path: string; maxBytes: number; sync?: Sync }): Spool {
  const tables = openTables(options.path, options.maxBytes, newId);
  return new Spool(tables, options.sync ?? syncOf(options.path));
}

type Waiting = {
  settlement: Settlement;
  committed: (seq: number) => void;
  failed: (error: unknown) => void;
};
/** Settlements that were written and are not on the disk yet. */
type Round = { settled: readonly Waiting[]; firstSeq: number };

/** How long an admission or a forgetting may wait for a settlement's commit to join. */
const LAZY_MS = 10;
const QUIET_MS = 10_000;
const MOST_RECENT = 32_768;

/**
 * What this node has admitted and settled and Postgres does not know yet. A settlement is on the disk when `settle`
 * resolves; all that came while the disk was busy with the last commit shares the next. Only this process has the file.
 */
export class Spool {
  readonly #tables: Tables;
  readonly #sync: Sync;
  readonly #seqAtOpen: number;
  readonly #kept: Kept;
  #id: string;
  #nextSeq: number;
  #lastSeq: number;
  #forgottenTo: number;
  /** Admissions that stand in the file: a call that is settled before its admission is written needs no delete. */
  readonly #admitted: Set<string>;
  readonly #admissions = new Map<string, Admission>();
  readonly #withdrawn = new Set<string>();
  #settled: Waiting[] = [];
  #syncing: Round | undefined;
  /** The newest rows without a gap, as they were given: a flusher that keeps up reads no file. */
  #recent: { seq: number; settlement: Settlement }[] = [];
  #forgetTo = 0;
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #quietUntilMs = 0;

  constructor(tables: Tables, sync: Sync) {
    this.#tables = tables;
    this.#sync = sync;
    const { sql } = tables;
    const state = sql.state.get() ?? {};
    const blocks = sql.blocks.all() as Block[];
    this.#id = String(state.id);
    this.#forgottenTo = Number(state.forgotten_to);
    this.#lastSeq = Math.max(blocks.at(-1)?.last ?? 0, this.#forgottenTo);
    this.#seqAtOpen = this.#lastSeq;
    this.#nextSeq = this.#lastSeq + 1;
    this.#kept = new Kept(blocks, this.#forgottenTo);
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
    return this.#kept.rows();
  }

  /** Bytes of their text. The file is larger by SQLite's own: about a sixth. */
  bytes(): number {
    return this.#kept.bytes();
  }

  /** Writes down that a call was admitted, with the next commit. Waits for nothing. */
  journal(admission: Admission): void {
    if (!this.#isOpen) return;
    this.#admissions.set(admission.requestId, admission);
    this.#commitSoon();
  }

  /** Resolves with the row's number once it is on the disk; rejects with SpoolError. Ends the call's admission. */
  settle(settlement: Settlement): Promise<number> {
    return new Promise((committed, failed) => {
      if (!this.#isOpen) throw new SpoolError("closed");
      this.#settled.push({ settlement, committed, failed });
      if (this.#syncing === undefined) this.#turn ??= setImmediate(() => this.#commit());
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
    const rows: SpoolRow[] = [];
    for (const block of this.#tables.sql.read.iterate(afterSeq)) {
      for (const row of rowsOf(block)) {
        if (row.seq <= afterSeq || row.seq > this.#lastSeq) continue;
        if (rows.push(row) === limit) return rows;
      }
    }
    return rows;
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
    const rounds = [this.#syncing, this.#writeWaiting()];
    this.#syncing = undefined;
    this.#isOpen = false;
    const failure = this.#checkpoint();
    for (const round of rounds) if (round !== undefined) this.#end(round, failure);
    this.#sync.close();
    this.#tables.db.close();
  }

  #commitSoon(): void {
    if (this.#turn !== undefined || this.#syncing !== undefined) return;
    this.#timer ??= setTimeout(() => this.#commit(), LAZY_MS).unref();
  }

  /** Writes what waits, then has it synced. One round at a time: what comes meanwhile makes the next. */
  #commit(): void {
    if (!this.#isOpen || this.#syncing !== undefined) return;
    const round = this.#writeWaiting();
    if (round === undefined || round.settled.length === 0) return;
    this.#syncing = round;
    this.#sync.flush((failure) => this.#synced(round, failure));
  }

  #synced(round: Round, failure: unknown): void {
    // After `close` it has ended already.
    if (this.#syncing !== round) return;
    this.#syncing = undefined;
    this.#end(round, failure);
    if (this.#settled.length > 0) this.#commit();
    else if (this.#admissions.size + this.#withdrawn.size > 0 || this.#forgetTo > this.#forgottenTo) {
      this.#commitSoon();
    }
  }

  /** Undefined when nothing could be written. */
  #writeWaiting(): Round | undefined {
    clearImmediate(this.#turn);
    clearTimeout(this.#timer);
    this.#turn = undefined;
    this.#timer = undefined;
    if (!this.#isOpen) return undefined;
    const settled = this.#settled;
    this.#settled = [];
    const firstSeq = this.#nextSeq;
    // Numbers of a failed commit are not used again: what the disk has of it is unknown.
    this.#nextSeq += settled.length;
    try {
      this.#write(settled, firstSeq);
      return { settled, firstSeq };
    } catch (cause) {
      this.#rollBack();
      this.#fail(settled, cause);
      return undefined;
    }
  }

  #write(settled: readonly Waiting[], firstSeq: number): void {
    const { sql, session } = this.#tables;
    const unadmitted: string[] = [];
    const ended = new Set<string>();
    for (const { settlement } of settled) {
      const { requestId } = settlement.row;
      if (this.#admitted.has(requestId)) unadmitted.push(requestId);
      else if (this.#admissions.has(requestId)) ended.add(requestId);
    }
    for (const requestId of this.#withdrawn) if (this.#admitted.has(requestId)) unadmitted.push(requestId);
    sql.begin.run();
    // What goes first makes room for what comes.
    const { forgotten, forgetTo } = this.#dropForgotten();
    for (const requestId of unadmitted) sql.unadmit.run(requestId);
    for (const [requestId, admission] of this.#admissions) {
      if (!ended.has(requestId)) sql.admit.run(requestId, session, SPOOL_FORMAT, encodeAdmission(admission));
    }
    const last = firstSeq + settled.length - 1;
    const text = settled.length === 0 ? "" : encodeBlock(settled.map(({ settlement }) => settlement));
    if (settled.length > 0) sql.settle.run(last, settled.length, BLOCK_FORMAT, text.length, text);
    sql.commit.run();

    for (const requestId of unadmitted) this.#admitted.delete(requestId);
    for (const requestId of this.#admissions.keys()) if (!ended.has(requestId)) this.#admitted.add(requestId);
    this.#admissions.clear();
    this.#withdrawn.clear();
    if (forgotten) {
      this.#kept.forget(this.#forgottenTo, forgetTo);
      this.#forgottenTo = forgetTo;
    }
    if (settled.length > 0) this.#kept.add({ last, count: settled.length, bytes: text.length });
  }

  #dropForgotten(): { forgotten: boolean; forgetTo: number } {
    const forgetTo = this.#forgetTo;
    if (forgetTo <= this.#forgottenTo) return { forgotten: false, forgetTo };
    const { sql } = this.#tables;
    sql.forget.run(forgetTo);
    sql.forgotten.run(forgetTo);
    return { forgotten: true, forgetTo };
  }

  /** The disk has the round, or `failure` says why not: then it may be in the file all the same. */
  #end({ settled, firstSeq }: Round, failure: unknown): void {
    if (settled.length > 0) this.#lastSeq = firstSeq + settled.length - 1;
    if (failure !== null) {
      this.#recent = [];
      this.#fail(settled, failure);
      return;
    }
    this.#remember(settled, firstSeq);
    for (const [index, { committed }] of settled.entries()) committed(firstSeq + index);
  }

  #remember(settled: readonly Waiting[], firstSeq: number): void {
    if (this.#recent.length + settled.length > MOST_RECENT) this.#recent = [];
    const oldest = this.#recent[0]?.seq ?? Number.POSITIVE_INFINITY;
    if (oldest <= this.#forgetTo) {
      const start = this.#recent.findIndex(({ seq }) => seq > this.#forgetTo);
      this.#recent = start === -1 ? [] : this.#recent.slice(start);
    }
    for (const [index, { settlement }] of settled.entries()) {
      this.#recent.push({ seq: firstSeq + index, settlement });
    }
  }

  #fail(settled: readonly Waiting[], cause: unknown): void {
    const error = SpoolError.of(cause);
    this.#complain(error);
    for (const { failed } of settled) failed(error);
  }

  /** A full disk fails every commit: one line says so. */
  #complain(error: SpoolError): void {
    if (performance.now() < this.#quietUntilMs) return;
    this.#quietUntilMs = performance.now() + QUIET_MS;
    log().error({ err: error, code: error.code }, "the spool could not be written");
  }

  /** Brings everything into the file itself, synced; null when that is done. */
  #checkpoint(): unknown {
    try {
      this.#tables.sql.checkpoint.get();
      return null;
    } catch (error) {
      return error;
    }
  }

  #rollBack(): void {
    try {
      if (this.#tables.db.isTransaction) this.#tables.sql.rollback.run();
    } catch (err) {
      log().error({ err }, "the spool could not be rolled back");
    }
  }
}
