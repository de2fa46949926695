import { type FeedKind, feedOf, feedTypes } from "#lib/announcements/feed";
import { listAnnouncements } from "#lib/announcements/store";
import { config } from "#lib/runtime/config";
import { readSettings } from "#lib/settings/store";
import { isSiteClosed } from "#lib/site/live";

const ITEMS = 50;

/** The newest announcements as a feed; `?lang=zh` in Chinese, where there is any. */
export function feedRoute(kind: FeedKind): (request: Request) => Promise<Response> {
  return async (request) => {
    const [settings, announcements] = await Promise.all([
      readSettings(),
      listAnnouncements({ limit: ITEMS, state: "published" }),
    ]);
    const site = {
      name: settings["site.name"],
      base: (config().publicUrl ?? ownOrigin(request)).replace(/\/+$/, ""),
      timeZone: settings["site.timeZone"],
      language: new URL(request.url).searchParams.get("lang") === "zh" ? "zh" : "en",
    } as const;
    return new Response(feedOf(kind, announcements.slice(0, ITEMS), site), {
      headers: {
        "content-type": feedTypes[kind],
        // What stands behind the site's password is in nobody else's cache.
        "cache-control": isSiteClosed(undefined) ? "private, no-store" : "public, max-age=60",
        "x-content-type-options": "nosniff",
      },
    });
  };
}

function ownOrigin(request: Request): string {
  const host = request.headers.get("host");
  return host === null ? new URL(request.url).origin : `http://${host}`;
}
