import type { NodeHttp1Handler } from "srvx";
import { toNodeHandler } from "srvx/node";
import { log } from "#lib/runtime/log";

/**
 * Puts the gateway's web function behind node:http. What it throws is a fault of ours: logged, and
 * answered without a word of the reason.
 */
export function mountGateway(gateway: (request: Request) => Promise<Response>): NodeHttp1Handler {
  return toNodeHandler(async (request) => {
    try {
      return await gateway(request);
    } catch (err) {
      log().error({ err }, "the gateway threw");
      return Response.json(
        {
          error: {
            message: "The gateway failed.",
            type: "server_error",
            code: "internal_error",
            param: null,
          },
        },
        { status: 500 },
      );
    }
  }) as NodeHttp1Handler;
}
