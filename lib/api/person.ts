import { AppError } from "#lib/core/errors";
import type { Actor } from "./operation.ts";

/** Programs have no profile: throws 403 for a management token. */
export function requirePerson(actor: Actor): Actor {
  if (actor.type === "user") return actor;
  throw new AppError({ code: "forbidden", status: 403, message: "A management token has no profile." });
}
