import type { Refusal } from "../errors.ts";

/** What differs between the protocols that clients speak, whatever they ask for. */
export type Dialect = {
  /** As log rows have it. */
  name: "openai" | "anthropic" | "gemini";
  /** The protocol's own envelope. */
  errorBody(refusal: Refusal, requestId: string): string;
  /** Our headers with those that its clients read beside them. */
  withHeaders?(own: Readonly<Record<string, string>>, nowMs: number): Record<string, string>;
};

/** OpenAI's. */
export const openai: Dialect = {
  name: "openai",
  errorBody({ message, type, param, details, upstreamCode, code }, requestId) {
    return JSON.stringify({
      error: { message, type, code: upstreamCode ?? code, param, details, request_id: requestId },
    });
  },
};
