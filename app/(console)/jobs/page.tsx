import { JobsView } from "#components/jobs/jobs-view";
import { listJobsOperation } from "#lib/api/operations/jobs";
import { jobsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";
import { pick, type SearchParams } from "../../search-params.ts";

export const generateMetadata = titled("jobs");

export default async function JobsPage({ searchParams }: { searchParams: SearchParams }) {
  const filters = await pick(searchParams, ["sort"]);
  return (
    <Hydrate prefetch={[{ query: jobsQuery(filters), from: listJobsOperation, pages: true }]}>
      <JobsView />
    </Hydrate>
  );
}
