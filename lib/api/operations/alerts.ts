import { z } from "zod";
import { alertPage, listAlertsQuery } from "#lib/alerts/schema";
import { listAlerts } from "#lib/alerts/store";
import { operation } from "#lib/api/operation";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, storedTimeInput } from "#lib/core/shapes";

export const listAlertsOperation = operation({
  id: "listAlerts",
  method: "GET",
  path: "/api/alerts",
  summary: "What is wrong now, and what was, newest first",
  tag: "System",
  permission: "alerts.read",
  query: listAlertsQuery,
  answer: alertPage,
  async run({ query }) {
    const after = decodeCursor(query.cursor, z.tuple([storedTimeInput, idInput]));
    const rows = await listAlerts(query, after);
    return toPage(
      rows,
      query.limit,
      (row) => row.alert,
      (row) => row.position,
    );
  },
});
