import type { Socket } from "node:net";
import type { Outlet } from "../outlet.ts";

/** One streamed answer on a connection of ours. Its head goes out together with the first bytes. */
export class SocketOutlet implements Outlet {
  readonly isFramed = true;
  private readonly socket: Socket;
  private readonly stalledMs: number;
  private readonly onEnd: () => void;
  private head: string;
  private onDrained = () => {};
  private onClosed = () => {};

  constructor(socket: Socket, head: string, options: { stalledMs: number; onEnd: () => void }) {
    this.socket = socket;
    this.head = head;
    this.stalledMs = options.stalledMs;
    this.onEnd = options.onEnd;
  }

  get isGone(): boolean {
    return !this.socket.writable;
  }

  write(bytes: Uint8Array): boolean {
    const isFlowing = this.head === "" ? this.socket.write(bytes) : this.writeFirst(bytes);
    if (!isFlowing) this.socket.setTimeout(this.stalledMs);
    return isFlowing;
  }

  end(bytes: Uint8Array): void {
    if (!this.isGone) this.write(bytes);
    this.onEnd();
  }

  breakOff(): void {
    this.socket.destroy();
  }

  whenDrained(act: () => void): void {
    this.onDrained = act;
  }

  whenClosed(act: () => void): void {
    this.onClosed = act;
  }

  drained(): void {
    this.onDrained();
  }

  closed(): void {
    this.onClosed();
  }

  private writeFirst(bytes: Uint8Array): boolean {
    this.socket.cork();
    this.socket.write(this.head, "latin1");
    this.head = "";
    const isFlowing = this.socket.write(bytes);
    this.socket.uncork();
    return isFlowing;
  }
}
