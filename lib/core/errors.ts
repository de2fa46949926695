/** What an AppError says: `fields` maps a body or query field's path to what is wrong with it. */
export type AppErrorInit = {
  /** Stable, snake_case: what programs compare. */
  code: string;
  /** HTTP status. */
  status: number;
  /** For people, in English, without secrets. */
  message: string;
  fields?: Record<string, string>;
  /** More members of the problem document, e.g. `current` on a stale If-Match. */
  extra?: Record<string, unknown>;
  /** More headers of the answer, e.g. Retry-After. */
  headers?: Record<string, string>;
};

/** An expected "no" of the management side. lib/api renders it as an RFC 9457 problem; anything else is a 500. */
export class AppError extends Error {
  override name = "AppError";
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, string> | undefined;
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(init: AppErrorInit) {
    super(init.message);
    this.code = init.code;
    this.status = init.status;
    this.fields = init.fields;
    this.extra = init.extra ?? {};
    this.headers = init.headers ?? {};
  }
}

/** Whether an exception is an AppError, also one thrown by another copy of this module (Next bundles its own). */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && "code" in error && "status" in error;
}

/** 404 `not_found`: there is no such thing, or the caller may not know of it. */
export function notFound(what: string): AppError {
  return new AppError({ code: "not_found", status: 404, message: `There is no such ${what}.` });
}

/** 422 `invalid_fields`: rules that a shape alone cannot say. */
export function invalidFields(fields: Record<string, string>): AppError {
  const message = Object.entries(fields)
    .map(([field, problem]) => `${field}: ${problem}`)
    .join("; ");
  return new AppError({ code: "invalid_fields", status: 422, message, fields });
}

/** 422 `not_available_yet`: the field belongs to a feature that this version does not have. */
export function notAvailable(fields: Record<string, string>): AppError {
  const message = `Not available in this version: ${Object.keys(fields).join(", ")}.`;
  return new AppError({ code: "not_available_yet", status: 422, message, fields });
}
