import type { Follows } from "#lib/announcements/changes";
import { isMasterKeyCurrent, open } from "#lib/secrets/live";
import { linkToken } from "./link.ts";
import type { Subscriber } from "./schema.ts";
import { findReaders } from "./store.ts";

/** Whom a mail goes to, with the token of its links; null: the key that signs them cannot be opened. */
export type Reader = Follows &
  Pick<Subscriber, "id" | "email" | "name" | "locale" | "digest"> & { token: string | null };

/**
 * Confirmed subscribers by id: of these ids, or the next `most` after one that were confirmed by a moment. A key that cannot
 * be opened keeps its own reader from the mail and nobody else. Throws where it is this process that has the wrong master key.
 */
export async function openReaders(which: Parameters<typeof findReaders>[0]): Promise<Reader[]> {
  const failed: unknown[] = [];
  const readers = (await findReaders(which)).map((stored): Reader => {
    const { id, email, name, locale, digest, all, vendors, models, linkKey } = stored;
    const reader = { id, email, name, locale, digest, followsAll: all, vendors, models };
    try {
      return { ...reader, token: linkToken(id, open(linkKey, "subscriber.link")) };
    } catch (error) {
      failed.push(error);
      return { ...reader, token: null };
    }
  });
  if (failed.length > 0 && !(await isMasterKeyCurrent())) throw failed[0];
  return readers;
}
