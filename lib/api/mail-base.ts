import { linkBase } from "#lib/auth/link-base";
import { config } from "#lib/runtime/config";
import type { Actor } from "./operation.ts";

/** Where links of a mail lead that this request causes: only the operators' own requests may name the host. */
export function mailBase(request: Request, actor: Actor): string {
  return linkBase(request, config().publicUrl, actor.type !== "system" && actor.role !== "customer");
}
