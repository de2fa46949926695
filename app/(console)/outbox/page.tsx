import { OutboxView } from "#components/outbox/outbox-view";
import { getMailServer } from "#lib/api/operations/mail-server";
import { listOutbox } from "#lib/api/operations/outbox";
import { mailServerQuery, outboxQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("outbox");

export default async function OutboxPage({ searchParams }: { searchParams: SearchParams }) {
  const mails = outboxQuery(await pick(searchParams, ["to", "state", "template"]));
  const server = { query: mailServerQuery(), from: getMailServer };
  return (
    <Hydrate prefetch={[{ query: mails, from: listOutbox, pages: true }, server]}>
      <OutboxView />
    </Hydrate>
  );
}
