import { dehydrate, HydrationBoundary, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type QueryParams, withParams } from "#lib/api/client";
import type { Operation } from "#lib/api/operation";
import { makeQueryClient } from "#lib/api/query-client";
import { answerOrNotFound, taggedAnswerOf } from "./answer.ts";

/** A query of lib/api/queries and the operation that answers it; `pages` for lists, `tagged` for what a form edits. */
export type Prefetch = {
  query: { queryKey: QueryKey };
  from: Operation;
  pages?: boolean;
  tagged?: boolean;
};

/**
 * Puts the first answers into the page, so that it is drawn with its data. A page about what the one who asks may
 * not see is not found.
 */
export async function Hydrate({
  prefetch,
  children,
}: {
  prefetch: readonly Prefetch[];
  children: ReactNode;
}) {
  const client = makeQueryClient(() => {});
  await Promise.all(
    prefetch.map(async ({ query: { queryKey }, from, pages = false, tagged = false }) => {
      if (tagged) {
        const read = await taggedAnswerOf(from, String(queryKey[1]));
        if (read !== undefined) client.setQueryData(queryKey, read);
        return;
      }
      const [path, params] = queryKey as readonly [string, QueryParams];
      const answer = await answerOrNotFound(from, withParams(path, params));
      if (answer === undefined) return;
      client.setQueryData(queryKey, pages ? { pages: [answer], pageParams: [null] } : answer);
    }),
  );
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}
