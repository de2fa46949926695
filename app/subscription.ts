import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { Operation } from "#lib/api/operation";
import { getFollowOptions } from "#lib/api/operations/subscriptions";
import type { FollowOptions, Subscription } from "#lib/subscribers/schema";
import { answerOf } from "./answer.ts";
import { pick, type SearchParams } from "./search-params.ts";
import { site } from "./site.ts";

type Title = "confirmTitle" | "manageTitle";

/** The token of a mail's link, and the subscription that it leads to; undefined: it leads nowhere any more. */
export async function subscriptionPage(searchParams: SearchParams, from: Operation, name: Title) {
  const token = (await pick(searchParams, ["token"])).token ?? "";
  const path = `${from.path}?token=${encodeURIComponent(token)}`;
  const subscription = await answerOf<Subscription>(from, path);
  const title = (await getTranslations("subscription"))(name);
  return { card: { site: await site(), title }, token, found: subscription ?? null };
}

/** What can be followed. */
export async function followOptions(): Promise<FollowOptions> {
  const none = { vendors: [], models: [] };
  return (await answerOf<FollowOptions>(getFollowOptions, "/api/subscriptions/options")) ?? none;
}

export function subscriptionTitle(name: Title): () => Promise<Metadata> {
  return async () => ({
    title: (await getTranslations("subscription"))(name),
    // The token in the address is the reader's own.
    referrer: "no-referrer",
  });
}
