import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * A hash of the names and contents of these files and folders. Contents, not times: a fresh clone has new
 * times for old sources. Tests and generated files do not count.
 *
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`; missing ones count as missing
 * @returns {string}
 */
export function fingerprint(root, paths) {
  const hash = createHash("sha256");
  for (const path of paths) add(hash, root, path);
  return hash.digest("hex");
}

function add(hash, root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    if (path === "lib/db/generated") return;
    for (const name of readdirSync(full).sort()) add(hash, root, `${path}/${name}`);
  } else if (!/\.test\.[a-z]+$/.test(path)) {
    const content = readFileSync(full);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
}
