import { expect, it } from "vitest";
import { customersExportQuery } from "#lib/logs/export-schema";
import { exportedColumns } from "./exported-columns.ts";

it("exports what the list shows, always with the id and the time", () => {
  expect(exportedColumns(["ip", "key", "time"])).not.toContain("ip");
  expect(exportedColumns(["ip", "key", "time"]).slice(0, 2)).toEqual(["requestId", "createdAt"]);
  expect(exportedColumns([])).toContain("keyPrefix");
});

it("exports nothing that customers may not see", () => {
  expect(customersExportQuery.safeParse({ columns: exportedColumns([]).join(",") }).success).toBe(true);
});
