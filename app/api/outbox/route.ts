import { listOutbox } from "#lib/api/operations/outbox";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listOutbox);
