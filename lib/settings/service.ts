import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import type { Settings, UpdateSettings } from "./schema.ts";
import { readSettings, writeSetting } from "./store.ts";

/** Changes the named settings, leaves the others; in force on this node when it returns. */
export async function updateSettings(actor: Actor, changes: UpdateSettings): Promise<Settings> {
  const { revision, settings } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await readSettings(tx);
    for (const [key, value] of Object.entries(changes)) {
      if (value !== undefined) await writeSetting(tx, key, value, revision);
    }
    const settings = await readSettings(tx);
    await audit(tx, actor, {
      action: "settings.update",
      targetType: "settings",
      targetId: "settings",
      before,
      after: settings,
    });
    return { revision, settings };
  });
  await applied(revision);
  return settings;
}
