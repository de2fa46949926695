import { isAppError } from "#lib/core/errors";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { takeReport } from "#lib/scanning/service";
import { readText } from "./input.ts";
import { problemResponse } from "./problem.ts";

/** POST of a scanning partner: what counts is the signature over the raw body, of at most 1 MiB. */
export async function takeSecretReport(request: Request): Promise<Response> {
  const requestId = newId();
  try {
    // Signatures are over bytes; what is no UTF-8 is no JSON either, and its signature does not fit what was read.
    const body = Buffer.from(await readText(request), "utf8");
    const signed = {
      keyId: request.headers.get("github-public-key-identifier") ?? "",
      signature: request.headers.get("github-public-key-signature") ?? "",
    };
    const verdicts = await takeReport(body, signed, new Date());
    return Response.json(verdicts, { headers: { "cache-control": "no-store", "x-request-id": requestId } });
  } catch (error) {
    if (!isAppError(error)) log().error({ err: error, requestId }, "a secret report failed");
    return problemResponse(error, requestId);
  }
}
