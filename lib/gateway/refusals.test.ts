import { describe, expect, it } from "vitest";
import { rollUp } from "#lib/logs/rollup";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { createRefusals } from "./refusals.ts";

const startMs = Date.UTC(2026, 10, 22, 8, 0);
function refused(more: Partial<RequestLogRow> = {}, atMs = startMs) {
  const row: RequestLogRow = {
    ...emptyRow,
    requestId: newId(atMs),
    createdAtMs: atMs,
    status: 401,
    errorCode: "invalid_api_key",
    ip: "203.0.113.7",
    ...more,
  };
  return { row, held: false, periodStartMs: null };
}

function collect(options?: Parameters<typeof createRefusals>[1]) {
  const passed: RequestLogRow[] = [];
  const refusals = createRefusals(({ row }) => passed.push(row), options);
  const own = () => passed.filter((row) => !row.addsToRow);
  const requests = () => rollUp(passed).modelMinutes.reduce((sum, cell) => sum + cell.requests, 0);
  return { refusals, passed, own, requests };
}

describe("a flood of refusals", () => {
  it("is one flood however many models its caller makes up, and sums have none of their names", () => {
    const { refusals, passed, own, requests } = collect();
    for (let index = 0; index < 5_000; index += 1)
      refusals.take(refused({ model: `made-up-${index}`, isModelUnknown: true }));
    refusals.flush();
    expect([own().length, passed.length, requests()]).toEqual([61, 62, 5_000]);
    expect(rollUp(passed).keyMinutes.map(({ model }) => model)).toEqual([""]);
    expect(own()[0]?.model).toBe("made-up-0");
  });

  it("has 60 rows and one for all others, and every call is counted", () => {
    const { refusals, passed, own, requests } = collect();
    for (let index = 0; index < 10_000; index += 1) refusals.take(refused());
    expect(own()).toHaveLength(61);
    refusals.flush();
    expect(passed).toHaveLength(62);
    expect(passed[61]).toMatchObject({ requestId: passed[60]?.requestId, addsToRow: true, repeats: 9_939 });
    expect(requests()).toBe(10_000);
    refusals.flush();
    expect(passed).toHaveLength(62);
  });

  it("is one per address, key, code and minute", () => {
    const { refusals, own } = collect({ mostRows: 2 });
    const keyId = newId();
    const kinds = [{}, { ip: "203.0.113.8" }, { keyId }, { errorCode: "key_expired" }];
    for (const kind of kinds) for (let n = 0; n < 9; n += 1) refusals.take(refused(kind));
    for (let n = 0; n < 9; n += 1) refusals.take(refused({}, startMs + 60_000));
    expect(own()).toHaveLength(5 * 3);
  });

  it("counts each model as what it was, on the row that all share", () => {
    const { refusals, passed, own } = collect({ mostRows: 0 });
    for (let n = 0; n < 300; n += 1) refusals.take(refused({ model: `m${n % 3}` }));
    refusals.flush();
    const cells = rollUp(passed).keyMinutes.map(({ model, requests, errors }) => [model, requests, errors]);
    expect(own()).toHaveLength(1);
    expect(cells).toEqual([0, 1, 2].map((n) => [`m${n}`, 100, 100]));
  });

  it("counts a call that is refused after its minute was over in the minute of its arrival", () => {
    const { refusals, passed, own } = collect({ mostRows: 1 });
    refusals.take(refused());
    refusals.take(refused({}, startMs + 60_000));
    for (let n = 0; n < 5; n += 1) refusals.take(refused());
    refusals.flush();
    const minutes = rollUp(passed).modelMinutes.map(({ minuteMs, requests }) => [minuteMs, requests]);
    expect(minutes).toEqual([
      [startMs, 6],
      [startMs + 60_000, 1],
    ]);
    expect(own()).toHaveLength(3);
  });

  it("takes bounded memory, however many addresses it comes from, and loses none", () => {
    const { refusals, requests } = collect({ mostFloods: 100, mostRows: 1 });
    for (let n = 0; n < 3_000; n += 1)
      refusals.take(refused({ ip: `2001:db8::${(n % 1_500).toString(16)}` }));
    expect(refusals.size()).toBe(100);
    for (let n = 0; n < 500; n += 1) refusals.take(refused({ model: `model ${n}` }));
    refusals.flush();
    expect(requests()).toBe(3_500);
    refusals.take(refused({}, startMs + 10 * 60_000));
    expect(refusals.size()).toBe(1);
  });
});
