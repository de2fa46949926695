import { serveOpenApi } from "#lib/api/openapi-route";

export { serveOpenApi as GET };
