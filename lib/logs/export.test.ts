import { describe, expect, it } from "vitest";
import { exportFileName, exportHead, exportRows } from "./export.ts";
import type { ExportColumn } from "./export-schema.ts";
import type { LogRow } from "./schema.ts";

const row = { requestId: "id", userAgent: '=cmd|"x"', errorCode: null, cost: "-0.5", status: 200 } as LogRow;
const columns: ExportColumn[] = ["requestId", "userAgent", "errorCode", "cost", "status"];

describe("an export of request logs", () => {
  it("is a CSV with a head, formula-safe, empty where there is nothing", () => {
    const query = { format: "csv" as const, columns: [...columns] };
    expect(exportHead(query)).toBe("requestId,userAgent,errorCode,cost,status\r\n");
    expect(exportRows([row], query)).toBe(`id,"'=cmd|""x""",,-0.5,200\r\n`);
  });

  it("is NDJSON with the values as they are, in the order asked for", () => {
    const columns: ExportColumn[] = ["status", "userAgent", "errorCode"];
    const query = { format: "ndjson" as const, columns };
    expect(exportHead(query)).toBe("");
    expect(exportRows([row, row], query)).toBe(
      `{"status":200,"userAgent":"=cmd|\\"x\\"","errorCode":null}\n`.repeat(2),
    );
  });

  it("names its range in the file's name", () => {
    const name = exportFileName({ from: "2026-11-01T08:00:00+08:00", to: undefined, format: "csv" });
    expect(name).toBe("request-logs_2026-11-01T000000Z.csv");
  });
});
