import { listAuditLog } from "#lib/api/operations/audit-log";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listAuditLog);
