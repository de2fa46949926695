import { operation } from "#lib/api/operation";
import { auditPage, listAuditQuery } from "#lib/audit/schema";
import { listAuditEntries } from "#lib/audit/store";

export const listAuditLog = operation({
  id: "listAuditLog",
  method: "GET",
  path: "/api/audit-log",
  summary: "Who did what, newest first",
  tag: "Audit log",
  permission: "audit.read",
  query: listAuditQuery,
  answer: auditPage,
  run: ({ query }) => listAuditEntries(query),
});
