import { AsyncLocalStorage } from "node:async_hooks";
import { config } from "./config.ts";
import { singleton } from "./singletons.ts";

/** Runs `work` for a request; what it causes may ask where links of mails lead. `baseOf` throws where nobody can say. */
export function withRequestBase<T>(baseOf: () => string, work: () => Promise<T>): Promise<T> {
  return storage().run(baseOf, work);
}

/**
 * Where links of what this request causes lead, without a slash at the end: PUBLIC_URL, else the request's own host as far
 * as it may be believed, else this node itself.
 */
export function requestBase(): string {
  const { publicUrl, port } = config();
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "");
  try {
    const base = storage().getStore()?.();
    if (base !== undefined) return base;
  } catch {
    // A host that cannot be believed is no reason not to publish.
  }
  return `http://localhost:${port}`;
}

function storage(): AsyncLocalStorage<() => string> {
  return singleton("request-base", () => new AsyncLocalStorage());
}
