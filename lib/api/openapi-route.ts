import { createHash } from "node:crypto";
import { singleton } from "#lib/runtime/singletons";
import packageJson from "../../package.json" with { type: "json" };
import { gatewayPart } from "./gateway-paths.ts";
import { buildOpenApi } from "./openapi.ts";
import { operations } from "./operations/index.ts";

/** GET /api/openapi.json: made once per process; with If-None-Match it answers 304. */
export async function serveOpenApi(request: Request): Promise<Response> {
  const { text, etag } = singleton("openapi", makeDocument);
  const headers = { "content-type": "application/json", etag, "cache-control": "no-cache" };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(text, { headers });
}

function makeDocument(): { text: string; etag: string } {
  const text = JSON.stringify(buildOpenApi(operations, gatewayPart, packageJson.version));
  return { text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"` };
}
