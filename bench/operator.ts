import type { Account } from "#lib/accounts/schema";
import type { Channel } from "#lib/channels/schema";
import type { CreatedKey } from "#lib/keys/schema";
import type { LogDetail } from "#lib/logs/schema";

export type Json = Record<string, unknown>;

/** An answer of the management API, read. */
export type Answer<T = Json> = { status: number; headers: Headers; body: T };

type Page<T> = { items: T[]; nextCursor: string | null };

/** Speaks the management API as a signed-in person (cookie) or a program (token). */
export class Operator {
  readonly url: string;
  private readonly headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.headers = headers;
  }

  /** One call; never throws for a status. */
  async call<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...this.headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T };
  }

  /** One call that must succeed. */
  async need<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  createAccount(fields: Json = {}): Promise<Account> {
    return this.need("POST", "/api/accounts", {
      name: `Account ${crypto.randomUUID().slice(0, 8)}`,
      ...fields,
    });
  }

  account(id: string): Promise<Account> {
    return this.need("GET", `/api/accounts/${id}`);
  }

  recharge(accountId: string, amount: string, fields: Json = {}): Promise<Json> {
    return this.need("POST", "/api/recharges", {
      accountId,
      amount,
      currency: "USD",
      method: "manual",
      orderNo: crypto.randomUUID(),
      ...fields,
    });
  }

  createKey(accountId: string, fields: Json = {}): Promise<CreatedKey> {
    return this.need("POST", "/api/keys", { accountId, name: "test", ...fields });
  }

  createChannel(fields: Json): Promise<Channel> {
    return this.need("POST", "/api/channels", {
      name: `Channel ${crypto.randomUUID().slice(0, 8)}`,
      provider: "openai-compatible",
      ...fields,
    });
  }

  /** An account with money and a key: what most calls need. */
  async customer(amount = "10", keyFields: Json = {}): Promise<{ account: Account; key: CreatedKey }> {
    const account = await this.createAccount();
    if (amount !== "0") await this.recharge(account.id, amount);
    return { account, key: await this.createKey(account.id, keyFields) };
  }

  /** The row of a request, once it can be read (contract: within 2 s). Opens with bill and attempts. */
  async row(requestId: string): Promise<LogDetail> {
    return eventually(`log row ${requestId}`, async () => {
      const answer = await this.call<LogDetail>("GET", `/api/logs/${requestId}`);
      return answer.status === 200 ? answer.body : undefined;
    });
  }

  /** All items of a list, page by page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const mark: string = path.includes("?") ? "&" : "?";
      const page: Page<T> = await this.need(
        "GET",
        `${path}${mark}limit=500${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  }
}

/** Signs in with e-mail and password as contract.md describes, and keeps the cookies. */
export async function signIn(url: string, person: { email: string; password: string }): Promise<Operator> {
  const jar = new Map<string, string>();
  const csrf = await fetch(`${url}/api/auth/csrf`);
  keepCookies(jar, csrf);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: cookieHeader(jar),
    },
    body: new URLSearchParams({ ...person, csrfToken, json: "true" }),
  });
  keepCookies(jar, answer);
  const text = await answer.text();
  if (answer.status >= 400 || ![...jar.keys()].some((name) => name.includes("session"))) {
    throw new Error(`sign-in failed: ${answer.status} ${text}`);
  }
  return new Operator(url, { cookie: cookieHeader(jar), origin: url });
}

/** Speaks with a management token. */
export function withToken(url: string, token: string): Operator {
  return new Operator(url, { authorization: `Bearer ${token}` });
}

/** Polls until there is a value; gives up with a sentence after `withinMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = 5_000,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > giveUpAt) throw new Error(`not there after ${withinMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

function keepCookies(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const at = pair.indexOf("=");
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

function cookieHeader(jar: Map<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
