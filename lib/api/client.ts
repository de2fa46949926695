/** What a failed management call says: the problem document of RFC 9457, or what stands in for it. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Message per field path, as in `budget.amount`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | null;
  /** Of a 409 `stale`: the resource as it stands now, and its ETag for the next try. */
  readonly current: unknown;
  readonly etag: string | null;

  constructor(problem: {
    status: number;
    code: string;
    message: string;
    fields?: Record<string, string>;
    requestId?: string | null;
    current?: unknown;
    etag?: string | null;
  }) {
    super(problem.message);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code;
    this.fields = problem.fields ?? {};
    this.requestId = problem.requestId ?? null;
    this.current = problem.current ?? null;
    this.etag = problem.etag ?? null;
  }
}

export type QueryParams = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Send = {
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  /** Makes a repeated send of the same form answer with the first one's result. */
  idempotencyKey?: string;
  /** The ETag of what was read: the write is refused with 409 `stale` if someone has changed it since. */
  ifMatch?: string | null;
  /** The write is to make a new one: it is refused with 409 `stale` if there is one already. */
  onlyNew?: boolean;
};

/** A resource and the ETag it was read with. */
export type Tagged<T> = { value: T; etag: string | null };

/** Asks the person for the password again; true once the server accepted it. Set by the console's shell. */
type Reauthenticate = () => Promise<boolean>;
let reauthenticate: Reauthenticate | null = null;

/** How `apiSend` asks for the password; null: not at all. */
export function onReauthenticationRequired(ask: Reauthenticate | null): void {
  reauthenticate = ask;
}

/** GET of the management API. Throws ApiProblem. */
export async function apiGet<T>(path: string, params: QueryParams = {}, signal?: AbortSignal): Promise<T> {
  return readAnswer<T>(
    await request(withParams(path, params), { ...(signal === undefined ? {} : { signal }) }),
  );
}

/** GET of one resource, with its ETag. Throws ApiProblem. */
export async function apiGetTagged<T>(path: string, signal?: AbortSignal): Promise<Tagged<T>> {
  const response = await request(path, signal === undefined ? {} : { signal });
  const etag = response.headers.get("etag");
  return { value: await readAnswer<T>(response), etag };
}

/** A write of the management API. Asks for the password and tries once more where the server wants it so. */
export async function apiSend<T>(send: Send): Promise<T> {
  try {
    return await sendOnce<T>(send);
  } catch (problem) {
    const mustAsk = problem instanceof ApiProblem && problem.code === "reauthentication_required";
    if (!mustAsk || reauthenticate === null || !(await reauthenticate())) throw problem;
    return sendOnce<T>(send);
  }
}

/** `/api/keys` and {limit: 50, q: undefined} → `/api/keys?limit=50`. */
export function withParams(path: string, params: QueryParams): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function sendOnce<T>({ method, path, body, idempotencyKey, ifMatch, onlyNew }: Send): Promise<T> {
  const headers = new Headers();
  if (body !== undefined) headers.set("content-type", "application/json");
  if (idempotencyKey !== undefined) headers.set("idempotency-key", idempotencyKey);
  if (ifMatch !== undefined && ifMatch !== null) headers.set("if-match", ifMatch);
  if (onlyNew) headers.set("if-none-match", "*");
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  return readAnswer<T>(await request(path, init));
}

async function request(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem({ status: 0, code: "unreachable", message: "The server cannot be reached." });
  }
}

/** The body's shape is the management API's promise, checked by its own tests; here it is only named. */
async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const body: unknown = text === "" ? null : parseJson(text);
  if (!response.ok) throw toProblem(response, body);
  return body as T;
}

function toProblem(response: Response, body: unknown): ApiProblem {
  const problem = isRecord(body) ? body : {};
  return new ApiProblem({
    status: response.status,
    code: textOf(problem.code) ?? "error",
    message: textOf(problem.detail) ?? textOf(problem.title) ?? `The server answered ${response.status}.`,
    fields: fieldsOf(problem.fields),
    requestId: textOf(problem.requestId) ?? response.headers.get("x-request-id"),
    current: problem.current,
    etag: response.headers.get("etag"),
  });
}

function fieldsOf(value: unknown): Record<string, string> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([path, message]) => [path, String(message)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
