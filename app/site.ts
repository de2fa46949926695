import { cache } from "react";
import type { Site } from "#lib/site/schema";
import { readSite } from "#lib/site/store";

/** How the gateway presents itself, asked once per page. */
export const site: () => Promise<Site> = cache(() => readSite(new Date().toISOString().slice(0, 10)));
