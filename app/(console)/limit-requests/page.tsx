import { notFound } from "next/navigation";
import { LimitRequestsView } from "#components/limits/limit-requests-view";
import { listLimitRequestsOperation } from "#lib/api/operations/limit-requests";
import { limitRequestsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("limitRequests");

export default async function LimitRequestsPage() {
  // Customers have their own requests on the page of their limits.
  if ((await readMe())?.role === "customer") notFound();
  const requests = { query: limitRequestsQuery(), from: listLimitRequestsOperation, pages: true };
  return (
    <Hydrate prefetch={[requests]}>
      <LimitRequestsView />
    </Hydrate>
  );
}
