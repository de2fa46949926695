import { createOwnerLink, ensureFirstOwner } from "#lib/auth/service";
import type { Config } from "#lib/runtime/config";
import { ownerExists } from "#lib/users/store";

/** How to sign in the first time: as the owner just created, or through a one-time link. */
export type FirstRun = { readonly ownerEmail: string } | { readonly linkToken: string };

/**
 * Sees to the first owner: creates the one that OWNER_EMAIL and OWNER_PASSWORD name, else makes a link
 * that works once, for 30 minutes. `undefined` once there is an owner.
 */
export async function prepareFirstRun(
  settings: Pick<Config, "ownerEmail" | "ownerPassword">,
): Promise<FirstRun | undefined> {
  if (await ownerExists()) return undefined;
  const { ownerEmail, ownerPassword } = settings;
  if (ownerEmail !== undefined && ownerPassword !== undefined) {
    await ensureFirstOwner({ email: ownerEmail, password: ownerPassword });
    return { ownerEmail };
  }
  const linkToken = await createOwnerLink();
  return linkToken === undefined ? undefined : { linkToken };
}
