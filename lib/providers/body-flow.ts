/**
 * A body as it comes: what is there is taken at once, and who waits is called, with no promise for each part. With
 * thousands of streams those promises would be most of what a collection of garbage has to carry.
 */
export type BodyFlow = {
  /** The next part; undefined: nothing has come yet; null: the body is over. Throws what broke it off. */
  take(): Uint8Array | undefined | null;
  /** `act` is called whenever there is something to take. The `act` given last counts. */
  whenReady(act: () => void): void;
  /** Nothing more is wanted. */
  leave(): Promise<unknown>;
};

/** Any body as a flow: one part is asked for at a time. */
export function flowOf(body: AsyncIterable<Uint8Array>): BodyFlow {
  const parts = body[Symbol.asyncIterator]();
  let came: IteratorResult<Uint8Array> | undefined;
  let broken: { error: unknown } | undefined;
  let isAsking = false;
  let act = () => {};

  async function ask(): Promise<void> {
    isAsking = true;
    try {
      came = await parts.next();
    } catch (error) {
      broken = { error };
    }
    isAsking = false;
    act();
  }

  return {
    take() {
      if (broken !== undefined) throw broken.error;
      if (came === undefined) {
        if (!isAsking) void ask();
        return undefined;
      }
      if (came.done === true) return null;
      const { value } = came;
      came = undefined;
      return value;
    },
    whenReady(next) {
      act = next;
    },
    async leave() {
      await parts.return?.();
    },
  };
}
