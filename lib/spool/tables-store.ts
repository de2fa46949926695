import { chmodSync, closeSync, fdatasyncSync, fstatSync, openSync, writeSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { log } from "#lib/runtime/log";
import { type Admission, decodeAdmission } from "./format.ts";

const PAGE_BYTES = 4096;
/** Of the tables below. A file that a newer release made is refused, not guessed at. */
const SCHEMA = 2;
/**
 * The log grows to so many pages (16 MB) before SQLite brings them into the file and begins it anew. That is done on the
 * event loop and waits for the disk: with SQLite's own 1,000 a node at work stopped for it several times a second.
 */
const CHECKPOINT_PAGES = 4_000;
const FRAME_BYTES = PAGE_BYTES + 24;
/** An empty file larger than this (a long outage's) is made small again when it is opened. */
const SHRINK_ABOVE_PAGES = (64 << 20) / PAGE_BYTES;

/** The spool's file: one connection, its statements, and what stood in it when it was opened. */
export type Tables = {
  db: DatabaseSync;
  /** Counts the openings of this file: admissions of earlier sessions are those that a stop left open. */
  session: number;
  sql: Record<keyof typeof STATEMENTS, StatementSync>;
};

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  admit: "INSERT OR REPLACE INTO admission (request_id, session, format, body) VALUES (?, ?, ?, ?)",
  unadmit: "DELETE FROM admission WHERE request_id = ?",
  open: "SELECT request_id, format, body FROM admission WHERE session < ? ORDER BY request_id",
  admitted: "SELECT request_id FROM admission",
  settle: "INSERT INTO settlement (seq, count, format, size, body) VALUES (?, ?, ?, ?, ?)",
  read: "SELECT seq, count, format, body FROM settlement WHERE seq > ? ORDER BY seq",
  blocks: "SELECT seq AS last, count, size AS bytes FROM settlement ORDER BY seq",
  forget: "DELETE FROM settlement WHERE seq <= ?",
  state: "SELECT id, session, forgotten_to FROM spool",
  forgotten: "UPDATE spool SET forgotten_to = ?",
  checkpoint: "PRAGMA wal_checkpoint(FULL)",
  rename: "UPDATE spool SET id = ?",
} as const;

/**
 * Opens or makes the file, mode 0600, for this process alone. A commit is written when it returns, and on the disk when
 * the write-ahead log was synced after it (sync-store.ts). Throws if another process has it, or a newer release made it.
 */
export function openTables(path: string, maxBytes: number, newId: () => string): Tables {
  // Made with its mode before SQLite writes into it; the WAL beside it takes the same mode.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const db = new DatabaseSync(path, { timeout: 2_000 });
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    createTables(db, newId);
    shrink(db);
    db.exec(`PRAGMA max_page_count = ${Math.max(16, Math.floor(maxBytes / PAGE_BYTES))}`);
    db.exec("UPDATE spool SET session = session + 1");
    const prepared = Object.entries(STATEMENTS).map(([name, text]) => [name, db.prepare(text)]);
    const sql = Object.fromEntries(prepared) as Tables["sql"];
    return { db, sql, session: Number(sql.state.get()?.session) };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Calls that earlier openings admitted and did not settle. */
export function openAdmissions({ sql, session }: Tables): Admission[] {
  return sql.open.all(session).flatMap((row) => {
    try {
      return decodeAdmission(Number(row.format), String(row.body));
    } catch (err) {
      log().error({ err, requestId: row.request_id }, "an admission in the spool cannot be read");
      return [];
    }
  });
}

/** Never throws: what led here is the error that counts. */
export function rollBack({ db, sql }: Tables): void {
  try {
    if (db.isTransaction) sql.rollback.run();
  } catch (err) {
    log().error({ err }, "the spool could not be rolled back");
  }
}

/** Brings everything into the file itself, synced; null when that is done. */
export function checkpoint({ sql }: Tables): unknown {
  try {
    sql.checkpoint.get();
    return null;
  } catch (error) {
    return error;
  }
}

/**
 * Writes the log's room in advance. While a file grows, each sync of it takes the file system's own journal along, and with
 * that what others have written: several times as long as a sync of bytes that are there. SQLite reads past zeros.
 */
export function reserveLog(path: string): void {
  const fd = openSync(`${path}-wal`, "r+");
  try {
    const zeros = Buffer.alloc(1 << 20);
    const wanted = CHECKPOINT_PAGES * FRAME_BYTES;
    for (let at = fstatSync(fd).size; at < wanted; at += zeros.length) {
      writeSync(fd, zeros, 0, Math.min(zeros.length, wanted - at), at);
    }
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function createTables(db: DatabaseSync, newId: () => string): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (version > SCHEMA) throw new Error("the spool was written by a newer release: start that one");
  if (version === SCHEMA) return;
  if (version === 1) {
    // A row was one settlement; now it is all of a commit, numbered by the last.
    db.exec(`BEGIN IMMEDIATE;
      ALTER TABLE settlement ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
      PRAGMA user_version = ${SCHEMA};
      COMMIT`);
    return;
  }
  db.exec(`BEGIN IMMEDIATE;
    CREATE TABLE spool (id TEXT NOT NULL, session INTEGER NOT NULL, forgotten_to INTEGER NOT NULL);
    INSERT INTO spool VALUES ('${newId()}', 0, 0);
    CREATE TABLE admission (
      request_id TEXT PRIMARY KEY, session INTEGER NOT NULL, format INTEGER NOT NULL, body TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE settlement (
      seq INTEGER PRIMARY KEY, format INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL,
      count INTEGER NOT NULL DEFAULT 1
    );
    PRAGMA user_version = ${SCHEMA};
    COMMIT`);
}

function shrink(db: DatabaseSync): void {
  const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count);
  const isEmpty = db.prepare("SELECT 1 FROM settlement LIMIT 1").get() === undefined;
  if (isEmpty && pages > SHRINK_ABOVE_PAGES) db.exec("VACUUM");
}
