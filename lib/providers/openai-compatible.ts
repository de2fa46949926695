/**
 * Where a path lies behind the path of a base URL. Providers have their tasks (`/v3/…`) beside OpenAI's protocol, not below it: of
 * such a path a `/v1` or `/v3/openai` at the base's end is left out.
 */
export function pathAt(base: string, path: string): string {
  return path.startsWith("/v3/") ? base.replace(/\/(?:v1|v3\/openai)$/, "") + path : base + path;
}

/**
 * Where a path of the OpenAI protocol lies at a base URL. A base without any path (http://127.0.0.1:8000) gets the
 * usual /v1; one with a path (…/v1, …/api/paas/v4) is taken as it is.
 */
export function chatUrl(baseUrl: string, path: string): URL {
  const url = new URL(baseUrl);
  const base = url.pathname.replace(/\/+$/, "");
  url.pathname = `${base === "" ? "/v1" : base}${path}`;
  url.search = "";
  return url;
}
