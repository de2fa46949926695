/** A raw call of /v1/chat/completions, for what the official client would not send or hides. */
export function chat(
  url: string,
  secret: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export const HELLO = [{ role: "user" as const, content: "Say something about a fox." }];
