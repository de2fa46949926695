import { chat, HELLO } from "./chat.ts";

/** Calls without pause from several callers at once, JSON and streams in turn, until `stop`. */
export type Load = {
  /** Request id → completion tokens of every answer that arrived whole. */
  received: ReadonlyMap<string, number>;
  /** How many calls ended otherwise, by their error's code; `unreached`: no answer came; `cut`: its end did not. */
  failed: ReadonlyMap<string, number>;
  stop(): Promise<void>;
};

/** What each call costs with sim-chat, nano-USD: $0.15 per million prompt tokens, $0.60 per million completion tokens. */
export const costOfLoad = (completionTokens: number) => PROMPT_TOKENS * 150 + completionTokens * 600;
const PROMPT_TOKENS = 100;

/** After an answer that is none, so that a caller does not spin. */
const PAUSE_MS = 20;

/**
 * `url` is asked before each call: the server may come back elsewhere after a crash. `headers` go with every call, for
 * instance to make answers slow.
 */
export function startLoad(
  url: (caller: number) => string,
  secret: string,
  callers: number,
  headers: Record<string, string> = {},
): Load {
  const received = new Map<string, number>();
  const failed = new Map<string, number>();
  const fail = async (code: string) => {
    failed.set(code, (failed.get(code) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  };
  let isRunning = true;

  async function call(caller: number, turn: number): Promise<void> {
    const tokens = 1 + (turn % 40);
    const stream = turn % 2 === 0;
    const body = { model: "sim-chat", messages: HELLO, max_tokens: 64, stream };
    const response = await chat(url(caller), secret, body, {
      ...headers,
      "x-sim-prompt-tokens": `${PROMPT_TOKENS}`,
      "x-sim-completion-tokens": `${tokens}`,
    }).catch(() => undefined);
    if (response === undefined) return fail("unreached");
    const text = await response.text().catch(() => "");
    if (response.status !== 200) return fail(codeOf(text));
    if (text === "" || (stream && !text.endsWith("data: [DONE]\n\n"))) return fail("cut");
    received.set(response.headers.get("x-request-id") ?? "", tokens);
  }

  async function caller(first: number): Promise<void> {
    for (let turn = first; isRunning; turn += 1) await call(first, turn);
  }
  const callersDone = Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  return {
    received,
    failed,
    async stop() {
      isRunning = false;
      await callersDone;
    },
  };
}

function codeOf(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 80);
}
