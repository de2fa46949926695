import { chat, HELLO } from "./chat.ts";

/** Calls without pause from several callers at once, JSON and streams in turn, until `stop`. */
export type Load = {
  /** Request id → completion tokens of every answer that arrived whole. */
  received: ReadonlyMap<string, number>;
  stop(): Promise<void>;
};

/** `url` is asked before each call: the server may come back elsewhere after a crash. */
export function startLoad(url: () => string, secret: string, callers: number): Load {
  const received = new Map<string, number>();
  let isRunning = true;
  async function caller(first: number): Promise<void> {
    for (let turn = first; isRunning; turn += 1) {
      const tokens = 1 + (turn % 40);
      const stream = turn % 2 === 0;
      const body = { model: "sim-chat", messages: HELLO, max_tokens: 64, stream };
      const headers = { "x-sim-prompt-tokens": "100", "x-sim-completion-tokens": `${tokens}` };
      await chat(url(), secret, body, headers)
        .then(
          async (response) => {
            const text = await response.text();
            const isWhole = response.status === 200 && (!stream || text.endsWith("data: [DONE]\n\n"));
            if (isWhole) received.set(response.headers.get("x-request-id") ?? "", tokens);
          },
          // The server is gone for the moment.
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        )
        .catch(() => undefined);
    }
  }
  const callersDone = Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  return {
    received,
    async stop() {
      isRunning = false;
      await callersDone;
    },
  };
}
