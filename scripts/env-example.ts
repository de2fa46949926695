import { writeFileSync } from "node:fs";
import { envExample } from "#lib/runtime/env-example";

/** Writes `.env.example` from the table of configuration items. Run after changing one. */
writeFileSync(new URL("../.env.example", import.meta.url), envExample());
