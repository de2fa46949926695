/**
 * Whether an error says that the database cannot be reached now, so that the same call may succeed later: no connection
 * (sockets, pg, Prisma P1001 and its like), too many connections (SQLSTATE 53), a server that stops or starts (57P0x).
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return PRISMA.has(code) || SOCKET.test(code) || SQL_STATE.test(code) || CLIENT.test(error.message);
}

/** Not reached, timed out, too many connections, closed by the server, no connection free, no transaction to be had. */
const PRISMA = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);
const SOCKET = /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN)/;
const SQL_STATE = /^(08...|53...|57P0.)$/;
/** What node-postgres says without a code. */
const CLIENT = /^(Connection terminated|timeout exceeded when trying to connect)/;
