import { ApiProblem, apiGet } from "./client.ts";

/** Signs in with next-auth's credentials. Throws ApiProblem: 401 wrong address or password, 429 too many tries. */
export async function signIn(email: string, password: string): Promise<void> {
  const answer = await postForm("/api/auth/callback/credentials", { email, password });
  if (answer.ok && answer.status < 300) return;
  const problem: unknown = await answer.json().catch(() => null);
  const detail = isRecord(problem) && typeof problem.detail === "string" ? problem.detail : "";
  const status = answer.status === 429 ? 429 : 401;
  throw new ApiProblem({
    status,
    code: status === 429 ? "too_many_attempts" : "unauthorized",
    message: detail,
  });
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
