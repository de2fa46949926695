/** Something that writes to a socket when it is told to. */
type Sender = { send(): void };

let waiting: Sender[] = [];

/**
 * Has it send when all that this turn of the event loop brings has been read. Requests that arrive together then leave together:
 * a write to a peer that sleeps wakes it, which takes longer than the rest of the write, and one that is being woken needs no more.
 */
export function sendAtEndOfTurn(sender: Sender): void {
  if (waiting.push(sender) === 1) setImmediate(sendAll);
}

function sendAll(): void {
  const all = waiting;
  waiting = [];
  for (const sender of all) sender.send();
}
