import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { dayMs, utcDay } from "#lib/core/time";
import { pool } from "#lib/db/pool";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { keepLogs, planRetention } from "./retention-service.ts";
import { emptyRow, type RequestLogRow } from "./row.ts";
import { sumRollups } from "./sums-service.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeEach(async () => {
  app = await startTestConsole();
});
afterEach(() => app.stop());

const [accountId, keyId] = [newId(), newId()];
const noon = (daysAgo: number) => Math.floor(Date.now() / dayMs) * dayMs - daysAgo * dayMs + dayMs / 2;

async function write(createdAtMs: number, more: Partial<RequestLogRow> = {}): Promise<void> {
  const row = {
    ...{ ...emptyRow, requestId: newId(createdAtMs), createdAtMs, accountId, keyId, model: "m" },
    ...{ status: 200, ip: "203.0.113.7", userAgent: "curl/8", ...more },
  };
  const batch = [{ row, held: false, periodStartMs: null }];
  await writeSettlements(batch, newId);
}

const set = (key: string, days: number) =>
  pool().query("INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())", [key, `${days}`]);
const count = async (table: string) =>
  Number((await pool().query(`SELECT count(*)::int AS n FROM hot.${table}`)).rows[0].n);

describe("retention", () => {
  it("says what would go, changes nothing by saying it, and then takes just that", async () => {
    for (const daysAgo of [95, 92, 1]) await write(noon(daysAgo));
    await sumRollups(new AbortController().signal);
    const plan = await planRetention();
    expect(plan).toMatchObject({
      logs: { keptDays: 90, days: 2, oldest: utcDay(noon(95)), waiting: [] },
      rollups: { keptDays: 400, oldest: null, rows: 0 },
      addresses: { keptDays: 90, rows: 2, oldest: utcDay(noon(95)), logRows: 0 },
    });
    expect(plan.logs.bytes).toBeGreaterThan(0);
    expect(await planRetention()).toEqual(plan);
    const kept = await keepLogs();
    expect(kept).toMatchObject({ dropped: 0, kept: 2 });
  });

  it("keeps the sums of days for ever when minutes and hours go", async () => {
    await set("logs.retentionDays", 0);
    await set("logs.rollupDays", 0);
    // Not yesterday: its sums are made some time after midnight.
    for (const daysAgo of [8, 2]) await write(noon(daysAgo), { promptTokens: 7 });
    await sumRollups(new AbortController().signal);
    expect(await count("rollup_day_key")).toBe(2);
    await pool().query("UPDATE setting SET value = '5' WHERE key = 'logs.rollupDays'");
    expect((await keepLogs()).rollups).toBeGreaterThan(0);
    for (const table of ["rollup_minute_key", "rollup_minute_model"]) expect(await count(table)).toBe(1);
    const { rows } = await pool().query(
      "SELECT start, requests, prompt_tokens FROM hot.rollup_day_key ORDER BY start",
    );
    expect(rows).toMatchObject([{ requests: 1n, prompt_tokens: 7n }, {}].slice(0, rows.length));
    expect(rows[0].start.getTime()).toBe(noon(8) - dayMs / 2);
    expect(await count("request_log")).toBe(2);
  });

  it("blanks addresses and user agents of rows that are kept longer, and forgets them in the report by IP", async () => {
    await set("logs.retentionDays", 0);
    for (const daysAgo of [100, 80]) await write(noon(daysAgo));
    expect((await planRetention()).addresses).toMatchObject({ rows: 1 });
    expect(await keepLogs()).toMatchObject({ blanked: 1, forgotten: 1 });
    const { rows } = await pool().query(
      "SELECT host(ip) AS ip, user_agent FROM hot.request_log ORDER BY created_at",
    );
    expect(rows).toEqual([
      { ip: null, user_agent: null },
      { ip: "203.0.113.7", user_agent: "curl/8" },
    ]);
    expect(await count("rollup_day_ip")).toBe(1);
    expect(await keepLogs()).toMatchObject({ blanked: 0, forgotten: 0 });
  });

  it("blanks them in bills that were set aside too, once", async () => {
    for (const daysAgo of [100, 80])
      await pool().query(
        `INSERT INTO hot.spool_dead (id, node_id, seq, row, error_class, at)
         VALUES ($1, $1, 1, '{"held": true, "row": {"ip": "203.0.113.7", "userAgent": "curl/8", "model": "m"}}', 'X', $2)`,
        [newId(), new Date(noon(daysAgo))],
      );
    expect(await keepLogs()).toMatchObject({ blanked: 1 });
    const { rows } = await pool().query("SELECT row->'row' AS row FROM hot.spool_dead ORDER BY at");
    expect(rows.map(({ row }) => row)).toEqual([
      { ip: null, userAgent: null, model: "m" },
      { ip: "203.0.113.7", userAgent: "curl/8", model: "m" },
    ]);
    expect(await keepLogs()).toMatchObject({ blanked: 0 });
  });

  it("does nothing where the settings say for ever", async () => {
    for (const key of ["logs.retentionDays", "logs.rollupDays", "logs.addressDays"]) await set(key, 0);
    await write(noon(8));
    await sumRollups(new AbortController().signal);
    expect(await keepLogs()).toEqual({ dropped: 0, kept: 0, rollups: 0, blanked: 0, forgotten: 0 });
    expect((await planRetention()).logs).toMatchObject({ keptDays: 0, days: 0, rows: 0 });
  });
});
