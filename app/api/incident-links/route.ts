import { readIncidentLinkOperation, useIncidentLinkOperation } from "#lib/api/operations/incident-links";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(readIncidentLinkOperation, useIncidentLinkOperation);
