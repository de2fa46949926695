import type { RouteHandler } from "./serve.ts";

/** GET by a browser, which some mail programs open instead of posting: it goes to the page. Programs get `answer`. */
export function toPage(answer: RouteHandler): RouteHandler {
  return async (request, context) => {
    if (!(request.headers.get("accept") ?? "").includes("text/html")) return answer(request, context);
    const location = `/subscription${new URL(request.url).search}`;
    return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
  };
}
