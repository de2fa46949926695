/** Filters of the audit log; each is also a parameter of `GET /api/audit-log`. */
export const auditFilterKeys = ["actorId", "action", "targetType", "targetId"] as const;
