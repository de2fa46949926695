import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";

type PageName =
  | "logs"
  | "accounts"
  | "keys"
  | "channels"
  | "models"
  | "outbox"
  | "jobs"
  | "reference"
  | "people"
  | "team"
  | "profile"
  | "ledger"
  | "deadLetters"
  | "nodes";

/** The title of a page's tab: its name in the sidebar. */
export function titled(name: PageName): () => Promise<Metadata> {
  return async () => ({ title: (await getTranslations("nav"))(name) });
}
