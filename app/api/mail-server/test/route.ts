import { sendTestMailOperation } from "#lib/api/operations/mail-server";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(sendTestMailOperation);
