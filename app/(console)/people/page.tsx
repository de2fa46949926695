import { PeopleView } from "#components/people/people-view";
import { listUsersOperation } from "#lib/api/operations/users";
import { usersQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("people");

export default async function PeoplePage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["q", "role", "status"]);
  return (
    <Hydrate prefetch={[{ query: usersQuery(filters), from: listUsersOperation, pages: true }]}>
      <PeopleView />
    </Hydrate>
  );
}
