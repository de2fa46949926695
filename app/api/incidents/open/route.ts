import { countOpenIncidentsOperation } from "#lib/api/operations/incidents";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(countOpenIncidentsOperation);
