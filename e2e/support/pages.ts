import { readdir } from "node:fs/promises";

/** Every page of app/ as its folders name it: "/", "/logs", "/keys/[id]". `folder`: only those under it. */
export async function allPages(folder = ""): Promise<string[]> {
  const files = await readdir(`app/${folder}`, { recursive: true });
  return files
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => {
      // Folders in brackets, as "(console)", stand in no address.
      const parts = file.split("/").slice(0, -1);
      return `/${parts.filter((part) => !part.startsWith("(")).join("/")}`;
    })
    .sort();
}

/** Those that have an address of their own, not those of one row. */
export async function pagesUnder(folder: string): Promise<string[]> {
  return (await allPages(folder)).filter((page) => !isOfOneRow(page));
}

export function isOfOneRow(page: string): boolean {
  return page.includes("[");
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
  "/incidents/[id]",
  "/limits",
  "/recharge",
  "/logs",
  "/by-ip",
  "/charts",
  "/team",
  "/profile",
];
