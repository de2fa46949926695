import { headers } from "next/headers";
import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";

/**
 * What the management API answers to the person who asks for this page: the same checks, the same JSON, without
 * a way over the network. Undefined where it refuses; the page then asks again from the browser and shows why.
 */
export async function answerOf<T>(operation: Operation, path: string): Promise<T | undefined> {
  const asked = await headers();
  const url = new URL(path, `http://${asked.get("host") ?? "localhost"}`);
  const response = await serve(operation)(new Request(url, { headers: new Headers(asked) }));
  return response.ok ? ((await response.json()) as T) : undefined;
}
