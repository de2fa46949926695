import { getOfficialSyncOperation, syncOfficialOperation } from "#lib/api/operations/official-prices";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(getOfficialSyncOperation, syncOfficialOperation);
