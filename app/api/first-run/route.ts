import { getFirstRun, postFirstRun } from "#lib/api/operations/me";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getFirstRun, postFirstRun);
