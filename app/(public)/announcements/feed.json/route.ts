import { feedRoute } from "#lib/api/feed-route";

export const GET = feedRoute("json");
