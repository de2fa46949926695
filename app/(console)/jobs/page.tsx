import { JobsView } from "#components/jobs/jobs-view";
import { listJobsOperation } from "#lib/api/operations/jobs";
import { jobsQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("jobs");

export default function JobsPage() {
  return (
    <Hydrate prefetch={[{ query: jobsQuery(), from: listJobsOperation, pages: true }]}>
      <JobsView />
    </Hydrate>
  );
}
