import { createHash } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { countFailure, failureCounts } from "#lib/auth/store";
import { refuseExhausted, subjectsOf } from "#lib/auth/throttle";
import { AppError } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import { hashPassword, verifyPassword, withHashSlot } from "#lib/users/live";
import { expectedPass } from "./live.ts";
import { cleanPng } from "./png.ts";
import type { SiteLogo, SitePassword } from "./schema.ts";
import { logoPath, readPasswordHash, writeLogo, writePasswordHash } from "./store.ts";

/** Sets the logo, made anew from its pixels, or takes it away. Throws 422 for what is no small PNG. */
export async function setLogo(actor: Actor, image: string | null): Promise<SiteLogo> {
  const png = image === null ? null : cleanPng(Buffer.from(image, "base64")).toString("base64");
  const version = png === null ? null : createHash("sha256").update(png).digest("hex").slice(0, 12);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    await writeLogo(tx, png === null || version === null ? null : { png, version }, revision);
    await audit(tx, actor, {
      action: "settings.logo",
      targetType: "settings",
      targetId: "site.logo",
      after: { version },
    });
    return revision;
  });
  await applied(revision);
  return { logo: version === null ? null : logoPath(version) };
}

/** Sets the password that every page asks for first, or takes it away. Whoever entered the old one must enter it. */
export async function setSitePassword(actor: Actor, password: string | null): Promise<SitePassword> {
  const hash = password === null ? null : await hashPassword(password);
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    await writePasswordHash(tx, hash, revision);
    await audit(tx, actor, {
      action: "settings.site-password",
      targetType: "settings",
      targetId: "site.password",
      after: { isSet: hash !== null },
    });
    return revision;
  });
  await applied(revision);
  return getSitePassword();
}

/** Whether one is set and since when (null: the site is open), never its hash. */
export async function getSitePassword(): Promise<SitePassword> {
  const found = await readPasswordHash();
  return { isSet: found !== undefined, changedAt: found?.changedAt.toISOString() ?? null };
}

/**
 * The cookie's value for the right password. Throws 403 `wrong_password`; 429 `too_many_sign_ins` before any hashing
 * once a place has failed too often.
 */
export async function enterSite(password: string, ip: string | null): Promise<string> {
  const found = await readPasswordHash();
  const subjects = subjectsOf("site password", ip);
  const fits = await withHashSlot(async () => {
    const counts = await failureCounts(subjects.map(({ key }) => key));
    for (const subject of subjects) refuseExhausted(subject, counts.get(subject.key), Date.now());
    if (await verifyPassword(found?.hash, password)) return true;
    await countFailure(
      subjects.map(({ key }) => key),
      Date.now(),
    );
    return false;
  });
  const pass = fits && found !== undefined ? expectedPass(found.hash) : undefined;
  if (pass !== undefined) return pass;
  throw new AppError({
    code: "wrong_password",
    status: 403,
    message: "This is not the site's password.",
    fields: { password: "wrong password" },
  });
}
