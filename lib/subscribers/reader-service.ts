import type { Follows } from "#lib/announcements/changes";
import { open } from "#lib/secrets/live";
import { linkToken } from "./link.ts";
import type { Subscriber } from "./schema.ts";
import { findReaders } from "./store.ts";

/** Whom a mail goes to, with the token of its links. */
export type Reader = Follows &
  Pick<Subscriber, "id" | "email" | "name" | "locale" | "digest"> & { token: string };

/** Confirmed subscribers by id: of these ids, or the next `most` after one that were confirmed by a moment. */
export async function openReaders(which: Parameters<typeof findReaders>[0]): Promise<Reader[]> {
  return (await findReaders(which)).map(
    ({ id, email, name, locale, digest, all, vendors, models, linkKey }) => ({
      id,
      email,
      name,
      locale,
      digest,
      followsAll: all,
      vendors,
      models,
      token: linkToken(id, open(linkKey, "subscriber.link")),
    }),
  );
}
