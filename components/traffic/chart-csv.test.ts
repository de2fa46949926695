import { expect, it } from "vitest";
import { chartCsv } from "./chart-csv.ts";

it("is a line per step and a column per series, formula-safe, gaps empty", () => {
  const [first, second] = ["2026-11-01T00:00:00.000Z", "2026-11-01T00:01:00.000Z"];
  const series = (name: string, points: { t: string; value: number | string }[]) => {
    return { group: name, name, total: null, peak: null, points };
  };
  expect(
    chartCsv({
      series: [
        series("=evil", [{ t: second, value: "0.5" }]),
        series("b", [
          { t: first, value: 1 },
          { t: second, value: 2 },
        ]),
      ],
    }),
  ).toBe(`time,'=evil,b\r\n${first},,1\r\n${second},0.5,2\r\n`);
});
