/** Why a commit failed. `full`: the disk or `maxBytes` is. Nothing of the commit is in the spool then. */
export class SpoolError extends Error {
  override name = "SpoolError";
  readonly code: "full" | "io" | "closed" | "failed";

  /** What SQLite or the system said, in the spool's words. */
  static of(cause: unknown): SpoolError {
    return new SpoolError(codeOf(cause), cause);
  }

  constructor(code: SpoolError["code"], cause?: unknown) {
    super(`the spool did not take a commit: ${code}`, { cause });
    this.code = code;
  }
}

const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** SQLite says "full" for ENOSPC as for max_page_count; the low byte is the primary code. A sync fails with a code of the system. */
function codeOf(error: unknown): SpoolError["code"] {
  const { errcode, code } = error as { errcode?: number; code?: unknown };
  if (errcode === undefined && code === "ENOSPC") return "full";
  if (errcode === undefined) return code === "EIO" ? "io" : "failed";
  if ((errcode & 0xff) === SQLITE_FULL) return "full";
  return (errcode & 0xff) === SQLITE_IOERR ? "io" : "failed";
}
