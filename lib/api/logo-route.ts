import { readLogo } from "#lib/site/store";
import { notFoundHandler } from "./routes.ts";

/** GET /api/site-logo: the logo as an image; its address changes with it, so that it may be kept for a year. */
export async function serveLogo(request: Request): Promise<Response> {
  const logo = await readLogo();
  if (logo === undefined) return notFoundHandler(request);
  const isCurrent = new URL(request.url).searchParams.get("v") === logo.version;
  return new Response(Buffer.from(logo.png, "base64"), {
    headers: {
      "content-type": "image/png",
      "content-disposition": 'attachment; filename="logo.png"',
      "x-content-type-options": "nosniff",
      "cache-control": isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
    },
  });
}
