import { expect, it } from "vitest";
import { compactNumber } from "./compact-number.ts";

it.each([
  [0, "0"],
  [0.0667, "0.067"],
  [3.16, "3.2"],
  [1234.5, "1,234.5"],
  [12_345, "12.3k"],
  [1_154_700, "1.15M"],
  [50_000_000_000, "50G"],
])("%s is shown as %s", (value, text) => {
  expect(compactNumber(value)).toBe(text);
});
