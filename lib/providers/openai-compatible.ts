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
