import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import type { Settlement } from "#lib/settlement/batch";
import { Admissions, type Due } from "./admissions.ts";
import { type Batch, batchOf, rowsOfBlocks } from "./batch.ts";
import { type Block, blockOf, type SpoolRow } from "./block.ts";
import { SpoolError } from "./error.ts";
import { type Admission, encodeAdmission, SPOOL_FORMAT } from "./format.ts";
import { Kept, type KeptBlock } from "./kept.ts";
import { Pace } from "./pace.ts";
import { Recent } from "./recent.ts";
import type { Round, Waiting } from "./round.ts";
import { type Sync, syncOf } from "./sync-store.ts";
import { checkpoint, openAdmissions, openTables, reserveLog, rollBack, type Tables } from "./tables-store.ts";

/**
 * Opens the journal of calls at `path`, made if absent. Throws if another process has it open. `reserve`: its log gets its
 * room (16 MB) on the disk at once.
 */
export function openSpool(options: {
  path: string;
  maxBytes: number;
  reserve?: boolean;
  sync?: Sync;
}): Spool {
  const tables = openTables(options.path, options.maxBytes, newId);
  if (options.reserve) reserveLog(options.path);
  return new Spool(tables, options.sync ?? syncOf(options.path));
}

/** So often is written what nothing waits for: admissions that are twice as old at most, and what was forgotten. */
const LAZY_MS = 20;
const QUIET_MS = 10_000;

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
  readonly #admissions: Admissions;
  readonly #pace = new Pace();
  #settled: Waiting[] = [];
  #syncing: Round | undefined;
  readonly #recent = new Recent();
  #forgetTo = 0;
  /** The next commit of settlements: at the end of this turn, or a little later. */
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Of what nothing waits for. */
  #lazyTimer: NodeJS.Timeout | undefined;
  #isLazyDue = false;
  #isOpen = true;
  #quietUntilMs = 0;

  constructor(tables: Tables, sync: Sync) {
    this.#tables = tables;
    this.#sync = sync;
    const { sql } = tables;
    const state = sql.state.get() ?? {};
    const blocks = sql.blocks.all() as KeptBlock[];
    this.#id = String(state.id);
    this.#forgottenTo = Number(state.forgotten_to);
    this.#lastSeq = Math.max(blocks.at(-1)?.last ?? 0, this.#forgottenTo);
    this.#seqAtOpen = this.#lastSeq;
    this.#nextSeq = this.#lastSeq + 1;
    this.#kept = new Kept(blocks, this.#forgottenTo);
    this.#admissions = new Admissions(sql.admitted.all().map((row) => String(row.request_id)));
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

  /** Writes down that a call was admitted, should it run for longer than a moment. Waits for nothing. */
  journal(admission: Admission): void {
    if (!this.#isOpen) return;
    this.#admissions.add(admission);
    this.#writeLazily();
  }

  /** Resolves with the row's number once it is on the disk; rejects with SpoolError. Ends the call's admission. */
  settle(settlement: Settlement): Promise<number> {
    return new Promise((committed, failed) => this.take({ settlement, committed, failed }));
  }

  /** The same for whoever has a promise of its own: one of the two is called. */
  take(waiting: Waiting): void {
    if (this.#isOpen) {
      this.#settled.push(waiting);
      this.#commitSoon();
    } else waiting.failed(new SpoolError("closed"));
  }

  /** Ends an admission whose call was settled elsewhere. */
  withdraw(requestId: string): void {
    if (!this.#isOpen) return;
    this.#admissions.withdraw(requestId);
    this.#writeLazily();
  }

  /** Committed settlements after `afterSeq`, oldest first. */
  read(afterSeq: number, limit: number): SpoolRow[] {
    return rowsOfBlocks(this.#behind(afterSeq), { afterSeq, limit, lastSeq: this.#lastSeq });
  }

  /** The same, field by field. */
  readBatch(afterSeq: number, limit: number): Batch {
    return batchOf(this.#behind(afterSeq), { afterSeq, limit, lastSeq: this.#lastSeq });
  }

  /** From memory, or else from the file. */
  #behind(afterSeq: number): Iterable<Block> {
    return (
      this.#recent.behind(afterSeq) ??
      (this.#tables.sql.read.iterate(afterSeq) as Iterable<unknown> as Iterable<Block>)
    );
  }

  /** Drops what Postgres has, with the next commit. A crash before it does no harm: the fence knows. */
  forget(toSeq: number): void {
    if (!this.#isOpen || toSeq <= this.#forgetTo) return;
    this.#forgetTo = toSeq;
    this.#writeLazily();
  }

  /** Calls that an earlier process admitted and did not settle. */
  openAdmissions(): Admission[] {
    return openAdmissions(this.#tables);
  }

  /** A new name, for when Postgres's fence knows more of this file than the file itself (it is an old copy). */
  rename(): void {
    this.#id = newId();
    this.#tables.sql.rename.run(this.#id);
  }

  /** Commits what waits and lets go of the file. */
  close(): void {
    if (!this.#isOpen) return;
    const rounds = [this.#syncing, this.#writeWaiting("all")];
    this.#syncing = undefined;
    this.#isOpen = false;
    clearTimeout(this.#lazyTimer);
    const failure = checkpoint(this.#tables);
    for (const round of rounds) if (round !== undefined) this.#end(round, failure);
    this.#sync.close();
    this.#tables.db.close();
  }

  #commitSoon(): void {
    if (this.#turn !== undefined || this.#timer !== undefined || this.#syncing !== undefined) return;
    const waitMs = this.#pace.waitMs(performance.now());
    if (waitMs < 1) this.#turn = setImmediate(() => this.#commit());
    else this.#timer = setTimeout(() => this.#commit(), waitMs);
  }

  #writeLazily(): void {
    this.#lazyTimer ??= setTimeout(() => {
      this.#lazyTimer = undefined;
      this.#isLazyDue = true;
      this.#commit();
    }, LAZY_MS).unref();
  }

  /** Writes what waits, then has it synced. One round at a time: what comes meanwhile makes the next. */
  #commit(): void {
    if (!this.#isOpen || this.#syncing !== undefined) return;
    const round = this.#writeWaiting(this.#isLazyDue ? "ripe" : "none");
    if (round === undefined || round.settled.length === 0) return;
    this.#syncing = round;
    this.#sync.flush((failure) => this.#synced(round, failure), this.#admissions.areStreaming());
  }

  #synced(round: Round, failure: unknown): void {
    // After `close` it has ended already.
    if (this.#syncing !== round) return;
    this.#syncing = undefined;
    this.#end(round, failure);
    if (this.#isLazyDue) this.#commit();
    else if (this.#settled.length > 0) this.#commitSoon();
  }

  /** Undefined when nothing could be written. */
  #writeWaiting(due: Due): Round | undefined {
    clearImmediate(this.#turn);
    clearTimeout(this.#timer);
    this.#turn = undefined;
    this.#timer = undefined;
    this.#isLazyDue = false;
    if (!this.#isOpen) return undefined;
    const settled = this.#settled;
    this.#settled = [];
    const firstSeq = this.#nextSeq;
    // Numbers of a failed commit are not used again: what the disk has of it is unknown.
    this.#nextSeq += settled.length;
    if (settled.length > 0) this.#pace.began(settled.length, performance.now());
    let block: Block | undefined;
    try {
      block = this.#write(settled, firstSeq, due);
    } catch (cause) {
      rollBack(this.#tables);
      this.#fail(settled, cause);
      return undefined;
    }
    if (due === "ripe") this.#admissions.ripen();
    if (this.#admissions.areWaiting() || this.#forgetTo > this.#forgottenTo) this.#writeLazily();
    return { settled, firstSeq, block };
  }

  #write(settled: readonly Waiting[], firstSeq: number, due: Due): Block | undefined {
    const { sql, session } = this.#tables;
    const settlements = settled.map(({ settlement }) => settlement);
    const ended = settlements.map(({ row }) => row.requestId);
    const admissions = this.#admissions.changes(ended, due);
    const isAny = settled.length + admissions.dropped.length + admissions.written.length > 0;
    if (!isAny && this.#forgetTo <= this.#forgottenTo) return undefined;
    sql.begin.run();
    // What goes first makes room for what comes.
    const { forgotten, forgetTo } = this.#dropForgotten();
    for (const requestId of admissions.dropped) sql.unadmit.run(requestId);
    for (const admission of admissions.written) {
      sql.admit.run(admission.requestId, session, SPOOL_FORMAT, encodeAdmission(admission));
    }
    const block = blockOf(settlements, firstSeq);
    if (block !== undefined) {
      const { seq, count, format, body } = block;
      sql.settle.run(seq, count, format, body.length, body);
    }
    sql.commit.run();

    this.#admissions.apply(admissions);
    if (forgotten) {
      this.#kept.forget(this.#forgottenTo, forgetTo);
      this.#forgottenTo = forgetTo;
    }
    if (block !== undefined)
      this.#kept.add({ last: block.seq, count: block.count, bytes: block.body.length });
    return block;
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
  #end({ settled, firstSeq, block }: Round, failure: unknown): void {
    if (settled.length > 0) this.#lastSeq = firstSeq + settled.length - 1;
    if (failure !== null) {
      this.#recent.clear();
      this.#fail(settled, failure);
      return;
    }
    if (block !== undefined) this.#recent.add(block, this.#forgetTo);
    for (const [index, { committed }] of settled.entries()) committed(firstSeq + index);
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
}
