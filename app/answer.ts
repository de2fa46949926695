import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { Tagged } from "#lib/api/client";
import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";

/**
 * What the management API answers to the person who asks for this page: the same checks, the same JSON, without
 * a way over the network. Undefined where it refuses; the page then asks again from the browser and shows why.
 */
export async function answerOf<T>(operation: Operation, path: string): Promise<T | undefined> {
  const response = await ask(operation, path);
  return response.ok ? ((await response.json()) as T) : undefined;
}

/** The same with the answer's ETag, for what a form edits. */
export async function taggedAnswerOf<T>(operation: Operation, path: string): Promise<Tagged<T> | undefined> {
  const response = await ask(operation, path);
  if (!response.ok) return undefined;
  return { value: (await response.json()) as T, etag: response.headers.get("etag") };
}

/** The same for what a page is about: where it does not exist for the one who asks, the page does not either. */
export async function answerOrNotFound<T>(operation: Operation, path: string): Promise<T | undefined> {
  const response = await ask(operation, path);
  if (response.ok) return (await response.json()) as T;
  const { code } = (await response.json()) as { code?: string };
  if (code === "not_found" || code === "forbidden") notFound();
  return undefined;
}

async function ask(operation: Operation, path: string): Promise<Response> {
  const asked = await headers();
  const url = new URL(path, `http://${asked.get("host") ?? "localhost"}`);
  return serve(operation)(new Request(url, { headers: new Headers(asked) }));
}
