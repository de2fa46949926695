import { notFound } from "next/navigation";
import { TeamView } from "#components/people/members-view";
import { listMembersOperation } from "#lib/api/operations/members";
import { membersQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { readMe } from "../../me.ts";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("team");

export default async function TeamPage() {
  const me = await readMe();
  if (me !== undefined && me.accountId === null) notFound();
  const accountId = me?.accountId ?? "";
  return (
    <Hydrate prefetch={[{ query: membersQuery(accountId), from: listMembersOperation, pages: true }]}>
      <TeamView accountId={accountId} />
    </Hydrate>
  );
}
