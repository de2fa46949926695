import { STATUS_CODES } from "node:http";
import type { z } from "zod";
import { AppError, invalidFields, isAppError, notAvailable } from "#lib/core/errors";
import { isDatabaseAway } from "#lib/db/away";
import { laterCode } from "./later.ts";

/**
 * An RFC 9457 answer for an error. What is not an AppError is told without its message: 503 `database_unavailable`
 * while the database is away, else 500 `internal`.
 */
export function problemResponse(error: unknown, requestId: string): Response {
  const known = isAppError(error) ? error : unexpected(error);
  const document = {
    ...known.extra,
    type: "about:blank",
    title: STATUS_CODES[known.status] ?? "Error",
    status: known.status,
    detail: known.message,
    code: known.code,
    ...(known.fields === undefined ? {} : { fields: known.fields }),
    requestId,
  };
  return new Response(JSON.stringify(document), {
    status: known.status,
    headers: {
      ...known.headers,
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": requestId,
    },
  });
}

/** The AppError for a shape that did not fit: 422 `not_available_yet` or `invalid_fields`, by field path. */
export function shapeError(error: z.ZodError): AppError {
  const later = error.issues.filter(isLaterIssue);
  if (later.length > 0) return notAvailable(fieldsOf(later));
  return invalidFields(fieldsOf(error.issues));
}

function fieldsOf(issues: readonly z.core.$ZodIssue[]): Record<string, string> {
  const found = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => [pathText([...issue.path, key]), "unknown field"] as const)
      : [[pathText(issue.path), messageOf(issue)] as const],
  );
  // The first thing wrong with a field is what people need to hear.
  return Object.fromEntries(found.reverse());
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "body" : path.map(String).join(".");
}

function messageOf(issue: z.core.$ZodIssue): string {
  const isMissing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  return isMissing ? "required" : issue.message;
}

function isLaterIssue(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.code === laterCode;
}

function unexpected(error: unknown): AppError {
  if (isDatabaseAway(error)) {
    return new AppError({
      code: "database_unavailable",
      status: 503,
      message: "The database does not answer. Try again in a few seconds.",
      headers: { "retry-after": "2" },
    });
  }
  return new AppError({
    code: "internal",
    status: 500,
    message: "Something went wrong on our side. The request id finds it in the server's log.",
  });
}
