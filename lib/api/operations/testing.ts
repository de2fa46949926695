import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";
import { startTestConsole, testRequest, testUser } from "#lib/api/testing";
import type { Role } from "#lib/auth/can";

export type TestCall = {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  headers?: Record<string, string>;
  /** The cookie in `headers` comes beside the session's. */
  addsCookie?: boolean;
};

/** A JSON answer of unknown shape, as a program sees it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers the way a program without types does
export type TestAnswer = { status: number; body: any; headers: Headers };

/** Operations over HTTP shapes on a database of their own, as someone signed in with a role. */
export async function startTestApi(options: { seeded?: boolean } = {}) {
  const app = await startTestConsole(options);
  const owner = await testUser("owner");
  return {
    stop: () => app.stop(),
    call: callerOf(owner.cookie),
    /** Someone else, whose password was entered `ageMs` ago. */
    as: async (role: Role, ageMs = 0) => callerOf((await testUser(role, ageMs)).cookie),
  };
}

/** Someone who is not signed in. */
export const nobody = callerOf(undefined);

/** Calls with a session cookie. */
export function callerOf(cookie: string | undefined) {
  return async (operation: Operation, call: TestCall = {}): Promise<TestAnswer> => {
    const search = new URLSearchParams(
      Object.entries(call.query ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const path = operation.path.replace(/\{(\w+)(?:\.\.\.)?\}/g, (_, name: string) =>
      encodeURIComponent(call.params?.[name] ?? ""),
    );
    const { headers } = call.addsCookie
      ? { headers: { ...call.headers, cookie: `${call.headers?.cookie}; ${cookie}` } }
      : call;
    const request = testRequest(operation.method, `${path}?${search}`, {
      ...(cookie === undefined ? {} : { cookie }),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(headers === undefined ? {} : { headers }),
    });
    const response = await serve(operation)(request);
    const text = await response.text();
    return {
      status: response.status,
      body: bodyOf(response, text),
      headers: response.headers,
    };
  };
}

/** JSON as what it says, a file as its text. */
function bodyOf(response: Response, text: string): unknown {
  if (text === "") return null;
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
}
