import { SubscribersView } from "#components/subscribers/subscribers-view";
import { listSubscribersOperation } from "#lib/api/operations/subscribers";
import { subscribersQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("subscribers");

export default function SubscribersPage() {
  return (
    <Hydrate prefetch={[{ query: subscribersQuery(), from: listSubscribersOperation, pages: true }]}>
      <SubscribersView />
    </Hydrate>
  );
}
