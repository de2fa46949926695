import { readdir } from "node:fs/promises";

/** Every page under a folder of app/ that has an address of its own: "/", "/logs", "/models/prices"; not those of one row. */
export async function pagesUnder(folder: string): Promise<string[]> {
  const files = await readdir(`app/${folder}`, { recursive: true });
  return files
    .filter((file) => /(^|\/)page\.tsx$/.test(file) && !file.includes("["))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`)
    .sort();
}

/** What of the console customers have; the rest they do not find. Public pages are everybody's. */
export const pagesOfCustomers: readonly string[] = [
  "/",
  "/accounts",
  "/accounts/[id]",
  "/keys",
  "/keys/[id]",
  "/groups",
  "/incidents",
  "/limits",
  "/recharge",
  "/logs",
  "/by-ip",
  "/charts",
  "/team",
  "/profile",
];
