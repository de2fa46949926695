import OpenAI from "openai";

/** The official client, without its own retries: a test wants to see each answer. */
export function openai(url: string, secret: string, headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    apiKey: secret,
    baseURL: `${url}/v1`,
    maxRetries: 0,
    timeout: 60_000,
    defaultHeaders: headers,
  });
}
