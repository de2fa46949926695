import { ApiProblem, apiGet } from "./client.ts";

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

async function postForm(path: string, fields: Record<string, string>): Promise<Response> {
  const { csrfToken } = await apiGet<{ csrfToken: string }>("/api/auth/csrf");
  const body = new URLSearchParams({ ...fields, csrfToken, callbackUrl: "/", json: "true" });
  return fetch(path, { method: "POST", body, credentials: "same-origin" });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
