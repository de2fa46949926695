import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";

/**
 * Path of the Chromium that npm brought, unpacked on first use. It unpacks into the temporary folder with
 * mode 0700, so a second user of the machine needs a folder of his own: ours is in .cache.
 */
export async function chromiumPath(): Promise<string> {
  const folder = resolve(".cache/chromium");
  mkdirSync(folder, { recursive: true });
  const before = { TMPDIR: process.env.TMPDIR, runtime: process.env.AWS_LAMBDA_JS_RUNTIME };
  process.env.TMPDIR = folder;
  // With it the package also unpacks its own NSS libraries, and points the loader at them.
  if (!hasNss()) process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs24.x";
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    return await chromium.executablePath();
  } finally {
    restore("TMPDIR", before.TMPDIR);
    restore("AWS_LAMBDA_JS_RUNTIME", before.runtime);
  }
}

function hasNss(): boolean {
  try {
    return execFileSync("ldconfig", ["-p"], { encoding: "utf8" }).includes("libnss3.so");
  } catch {
    return false;
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
