import type { NextApiRequest, NextApiResponse } from "next";
import nextAuthModule from "next-auth/next";
import { authOptions, type SignInOutcome } from "#lib/auth/options";
import { AppError, isAppError } from "#lib/core/errors";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { clientIp } from "#lib/runtime/peer";
import { readText } from "./input.ts";
import { problemResponse } from "./problem.ts";

/**
 * /api/auth/*: next-auth's own routes, as plain Request → Response. Only what credentials need is let
 * through. Beyond next-auth: a wrong password is 401, a missing csrfToken 403, too many failures 429, as
 * problem documents with `url` for next-auth's own client.
 */
export async function serveAuth(request: Request): Promise<Response> {
  const requestId = newId();
  try {
    const segments = new URL(request.url).pathname.split("/").slice(3);
    if (!isServed(request.method, segments)) {
      throw new AppError({ code: "not_found", status: 404, message: "There is nothing at this path." });
    }
    return await answer(request, segments);
  } catch (error) {
    if (!isAppError(error)) log().error({ err: error, requestId }, "sign-in request failed");
    return problemResponse(error, requestId);
  }
}

function isServed(method: string, segments: readonly string[]): boolean {
  return served.includes(`${method} ${segments.join("/")}`);
}

const served: readonly string[] = [
  "GET csrf",
  "GET session",
  "GET providers",
  "GET signin",
  "GET signout",
  "GET error",
  "POST callback/credentials",
  "POST signout",
];

async function answer(request: Request, segments: string[]): Promise<Response> {
  const ip = clientIp(request.headers);
  const outcome: SignInOutcome = {};
  const body = await readForm(request);
  const result = await callNextAuth(request, segments, body, ip, outcome);
  if (outcome.refusal) throw outcome.refusal;
  const isSignIn = segments[0] === "callback";
  const { url } = result;
  if (url?.endsWith("csrf=true"))
    throw refusal("csrf_failed", 403, "Send the csrfToken of /api/auth/csrf with its cookie.", url);
  if (isSignIn && result.status === 401) {
    throw refusal("invalid_credentials", 401, "This address and password do not belong together.", url);
  }
  return result.response;
}

function refusal(code: string, status: number, message: string, url: string | undefined): AppError {
  return new AppError({ code, status, message, extra: { url: url ?? "" } });
}

/** Form or JSON; `json: true` is what next-auth wants as text. */
async function readForm(request: Request): Promise<Record<string, string>> {
  if (request.method !== "POST") return {};
  const text = await readText(request);
  const isJson = request.headers.get("content-type")?.includes("application/json") ?? false;
  if (!isJson) return Object.fromEntries(new URLSearchParams(text));
  try {
    const parsed: unknown = JSON.parse(text || "{}");
    return Object.fromEntries(Object.entries(parsed ?? {}).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new AppError({ code: "invalid_request", status: 400, message: "The body is not valid JSON." });
  }
}

type Result = { response: Response; status: number; url: string | undefined };

/** Runs next-auth's handler for Node-style routes, the only one that takes what it needs as arguments. */
async function callNextAuth(
  request: Request,
  segments: string[],
  body: Record<string, string>,
  ip: string | null,
  outcome: SignInOutcome,
): Promise<Result> {
  trustOwnHost();
  const answered = recorder();
  const nodeRequest = {
    method: request.method,
    query: { ...Object.fromEntries(new URL(request.url).searchParams), nextauth: segments },
    body,
    cookies: cookiesOf(request),
    headers: { ...Object.fromEntries(request.headers), ...originHeaders(request) },
  };
  // next-auth reads and calls nothing of the two but what is here.
  await nextAuth(
    nodeRequest as unknown as NextApiRequest,
    answered.response as unknown as NextApiResponse,
    authOptions(ip, outcome),
  );
  return answered.result();
}

type Handler = (request: NextApiRequest, response: NextApiResponse, options: unknown) => Promise<unknown>;

/** The package is CommonJS: bundlers unwrap its default export, Node does not. */
const nextAuth = (
  typeof nextAuthModule === "function"
    ? nextAuthModule
    : (nextAuthModule as unknown as { default: unknown }).default
) as Handler;

/** Collects what next-auth answers. The first status is its verdict; a redirect may follow as 302. */
function recorder() {
  const headers = new Headers();
  const state = {
    status: 200,
    verdict: 0,
    body: null as string | null,
    url: undefined as string | undefined,
  };
  const response = {
    status(code: number) {
      state.verdict ||= code;
      state.status = code;
      return response;
    },
    getHeader: (name: string) => (name === "Set-Cookie" ? headers.getSetCookie() : headers.get(name)),
    setHeader(name: string, value: string | string[]) {
      headers.delete(name);
      for (const one of [value].flat()) headers.append(name, one);
      return response;
    },
    json(value: { url?: string }) {
      state.url = value.url;
      headers.set("content-type", "application/json");
      state.body = JSON.stringify(value);
    },
    send(value: unknown) {
      state.body = typeof value === "string" ? value : JSON.stringify(value ?? {});
    },
    end: () => undefined,
  };
  return {
    response,
    result: (): Result => {
      const url = state.url ?? headers.get("location") ?? undefined;
      headers.set("cache-control", "private, no-store");
      return {
        response: new Response(state.body, { status: state.status, headers }),
        status: state.verdict,
        url,
      };
    },
  };
}

/** PUBLIC_URL, else the request's own host: next-auth needs it only to tell our own pages from others'. */
function originHeaders(request: Request): Record<string, string> {
  const own =
    URL.parse(`http://${request.headers.get("host") ?? "localhost"}`) ?? new URL("http://localhost");
  const origin = new URL(config().publicUrl ?? own.origin);
  return { "x-forwarded-host": origin.host, "x-forwarded-proto": origin.protocol.slice(0, -1) };
}

/** next-auth 4 takes its own address from these variables only; here it comes with each request. */
function trustOwnHost(): void {
  // biome-ignore lint/style/noProcessEnv: the one place where next-auth 4 is configured by environment
  const env = process.env;
  delete env.NEXTAUTH_URL;
  env.AUTH_TRUST_HOST = "true";
}

function cookiesOf(request: Request): Record<string, string> {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return Object.fromEntries(
    pairs.flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [[pair.slice(0, at), decode(pair.slice(at + 1))]];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
