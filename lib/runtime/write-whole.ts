/** What is needed of a socket to write to it. */
export type WritableSocket = {
  write(text: string, encoding: "latin1"): unknown;
  write(bytes: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
};

/** Up to so many bytes a copy is cheaper than a second piece in the system call. */
const MOST_COPIED_BYTES = 64 << 10;

/** Writes a head (one character per byte) and its body in one piece where that is cheaper, else in two that leave together. */
export function writeWhole(socket: WritableSocket, head: string, body: Uint8Array): void {
  if (body.byteLength <= MOST_COPIED_BYTES) {
    // latin1 keeps every byte as it is.
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    socket.write(head + bytes.toString("latin1"), "latin1");
    return;
  }
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}
