import { ApiProblem, apiGet, apiSend } from "./client.ts";

/**
 * Signs in with next-auth's credentials; `code` is the second factor's, where there is one. Throws ApiProblem: 401
 * `invalid_credentials`, `totp_required`, `totp_invalid`; 429 too many tries.
 */
export async function signIn(email: string, password: string, code = ""): Promise<void> {
  const answer = await postForm("/api/auth/callback/credentials", { email, password, code });
  if (answer.ok && answer.status < 300) return;
  const problem: unknown = await answer.json().catch(() => null);
  const textOf = (name: string) => (isRecord(problem) ? String(problem[name] ?? "") : "");
  const status = answer.status === 429 ? 429 : 401;
  throw new ApiProblem({ status, code: textOf("code"), message: textOf("detail") });
}

/** Ends the session and shows the sign-in form. */
export async function signOut(): Promise<void> {
  await postForm("/api/auth/signout", {});
  window.location.assign("/");
}

/**
 * Leaves for a provider's sign-in, which leads back to `page`. False: it cannot be reached. The form's redirect would
 * not do: the pages' Content-Security-Policy lets forms lead nowhere else.
 */
export async function goToProvider(id: string, page: string): Promise<boolean> {
  const answer = await postForm(`/api/auth/signin/${id}`, { callbackUrl: page });
  const body: unknown = await answer.json().catch(() => null);
  const url = URL.parse(isRecord(body) ? String(body.url ?? "") : "");
  if (!answer.ok || url === null || url.searchParams.get("error") !== null) return false;
  window.location.assign(url.href);
  return true;
}

/** The second factor's code of somebody for whom a provider has vouched. Throws ApiProblem as signIn does. */
export async function sendCode(code: string): Promise<void> {
  await apiSend({ method: "POST", path: "/api/auth/code", body: { code } });
}

/** Goes back to the other ways in. */
export async function leaveCode(): Promise<void> {
  await apiSend({ method: "DELETE", path: "/api/auth/code" }).catch(() => undefined);
}

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  const { csrfToken } = await apiGet<{ csrfToken: string }>("/api/auth/csrf");
  const body = new URLSearchParams({ callbackUrl: "/", ...fields, csrfToken, json: "true" });
  return fetch(path, { method: "POST", body, credentials: "same-origin" });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
