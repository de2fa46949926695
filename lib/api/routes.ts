import { AppError } from "#lib/core/errors";
import { newId } from "#lib/runtime/id";
import type { Method, Operation } from "./operation.ts";
import { problemResponse } from "./problem.ts";
import { type RouteHandler, serve } from "./serve.ts";

/**
 * All handlers of one route file: `export const { GET, POST, PUT, PATCH, DELETE } = routes(listKeys, createKey)`.
 * Methods without an operation answer 405 `method_not_allowed`.
 */
export function routes(...operations: Operation[]): Record<Method, RouteHandler> {
  const handler = (method: Method): RouteHandler => {
    const found = operations.find((operation) => operation.method === method);
    return found ? serve(found) : refuseMethod(operations.map((operation) => operation.method));
  };
  return {
    GET: handler("GET"),
    POST: handler("POST"),
    PUT: handler("PUT"),
    PATCH: handler("PATCH"),
    DELETE: handler("DELETE"),
  };
}

/** Answers 405 `method_not_allowed`. */
export function refuseMethod(allowed: readonly Method[]): RouteHandler {
  return async (request) =>
    problemResponse(
      new AppError({
        code: "method_not_allowed",
        status: 405,
        message: `${request.method} is not possible here.`,
        headers: { allow: allowed.join(", ") },
      }),
      newId(),
    );
}

/** Answers 404 `not_found`: for every path under /api that nobody serves. */
export const notFoundHandler: RouteHandler = async () =>
  problemResponse(
    new AppError({ code: "not_found", status: 404, message: "There is nothing at this path." }),
    newId(),
  );
