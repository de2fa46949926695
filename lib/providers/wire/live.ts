import { connect, isIP, type LookupFunction, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { UpstreamFailure } from "../provider.ts";
import type { Dial } from "./connection.ts";

/** Where an upstream is, and how its connections are made. */
export type Destination = {
  host: string;
  port: number;
  isEncrypted: boolean;
  connectTimeoutMs: number;
  lookup: LookupFunction;
};

const READ_BYTES = 64 << 10;
const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * All sockets are read into this: node:net would else take 64 KB for each read, and give back what was not needed, and
 * the collector would have an object of each to look after. What was read is copied out at once.
 */
const readInto = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * How connections to an origin are opened. An encrypted one is ready when its certificate has been checked: before that not
 * a byte of a request leaves. Its session is kept, so that the next connection needs one round trip less.
 */
export function dialTo(destination: Destination): Dial {
  const { connectTimeoutMs, isEncrypted } = destination;
  let session: Buffer | undefined;
  return (on) => {
    const onread = {
      buffer: readInto,
      callback(size: number) {
        const bytes = Buffer.allocUnsafe(size);
        readInto.copy(bytes, 0, 0, size);
        on.bytes(bytes);
        return true;
      },
    };
    const socket = openSocket(destination, onread, session);
    const late = setTimeout(() => socket.destroy(new UpstreamFailure("connect_timeout")), connectTimeoutMs);
    let failure: Error | undefined;
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    socket.once(isEncrypted ? "secureConnect" : "connect", () => {
      clearTimeout(late);
      on.ready();
    });
    socket.on("session", (newest: Buffer) => {
      session = newest;
    });
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("end", on.end);
    socket.on("close", () => {
      clearTimeout(late);
      on.close(failure);
    });
    return socket;
  };
}

type OnRead = NonNullable<TcpNetConnectOpts["onread"]>;

function openSocket(
  { host, port, isEncrypted, lookup }: Destination,
  onread: OnRead,
  session: Buffer | undefined,
): Socket {
  const options = { host, port, lookup, autoSelectFamily: true, onread };
  if (!isEncrypted) return connect(options);
  const encrypted: ConnectionOptions & typeof options = { ...options, ALPNProtocols: ["http/1.1"], session };
  // An address is no name that a server could be asked for (RFC 6066, section 3).
  return connectTls(isIP(host) === 0 ? { ...encrypted, servername: host } : encrypted);
}
