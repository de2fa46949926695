import type { ZodType } from "zod";
import { AppError } from "#lib/core/errors";
import type { Operation } from "./operation.ts";
import { paramsFromPath } from "./path.ts";
import { shapeError } from "./problem.ts";

export const maxBodyBytes = 1024 * 1024;

export type RouteParams = Record<string, string | string[] | undefined>;

/**
 * Reads path, query and body by the operation's shapes. Throws 400 `invalid_request` for JSON that cannot be
 * parsed, 413 `request_too_large` above 1 MiB or what the operation allows, 422 by field otherwise; with `mustSayJson` (a cookie came
 * along, and a form of another site cannot say it) 415 `unsupported_media_type` for another content type.
 */
export async function parseInput(
  operation: Pick<Operation, "path" | "params" | "query" | "body" | "maxBodyBytes">,
  request: Request,
  routeParams: RouteParams,
  mustSayJson: boolean,
): Promise<{ params: unknown; query: unknown; body: unknown }> {
  // The path itself is read, because a router may or may not have decoded what it hands over.
  const pathParams = paramsFromPath(operation.path, new URL(request.url).pathname) ?? routeParams;
  const params = parse(operation.params, pathParams);
  const query = parse(operation.query, queryOf(request));
  const body =
    operation.body && parse(operation.body, await readJson(request, operation.maxBodyBytes, mustSayJson));
  return { params, query, body };
}

/** A request's JSON; no body at all is an empty object. */
async function readJson(
  request: Request,
  mostBytes: number | undefined,
  mustSayJson: boolean,
): Promise<unknown> {
  const text = await readText(request, mostBytes);
  if (text === "") return {};
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (mustSayJson && type !== "application/json") {
    throw new AppError({
      code: "unsupported_media_type",
      status: 415,
      message: "The body must be sent as application/json.",
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError({ code: "invalid_request", status: 400, message: "The body is not valid JSON." });
  }
}

/** A request's body as text, refused above so many bytes (default 1 MiB) before it is held in memory. */
export async function readText(request: Request, mostBytes = maxBodyBytes): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(shape: ZodType | undefined, value: unknown): unknown {
  if (shape === undefined) return undefined;
  const result = shape.safeParse(value);
  if (!result.success) throw shapeError(result.error);
  return result.data;
}

/** A name given twice becomes a list, which a shape refuses unless it asks for one. */
function queryOf(request: Request): Record<string, string | string[]> {
  const search = new URL(request.url).searchParams;
  const names = [...new Set(search.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

function tooLarge(mostBytes: number): AppError {
  const message = `The body is larger than ${mostBytes / maxBodyBytes} MiB.`;
  return new AppError({ code: "request_too_large", status: 413, message });
}
