import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { NavEntry } from "#components/shell/nav";

/** A page of the sidebar, one below it, or one of the docs. */
type PageName =
  | NavEntry["name"]
  | "reference"
  | "privacy"
  | "prices"
  | "versions"
  | "official"
  | "exchangeRates";

/** The title of a page's tab: its name in the sidebar. */
export function titled(name: PageName): () => Promise<Metadata> {
  return async () => ({ title: (await getTranslations("nav"))(name) });
}
