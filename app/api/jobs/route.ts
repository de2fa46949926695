import { listJobsOperation } from "#lib/api/operations/jobs";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listJobsOperation);
