import { readSettings } from "#lib/settings/store";

/** The gateway's name, for those who are not signed in. */
export async function siteName(): Promise<string> {
  return (await readSettings())["site.name"];
}
