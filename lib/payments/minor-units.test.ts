import { expect, it } from "vitest";
import { fromMinor, toMinor } from "./minor-units.ts";

it.each([
  ["12.5", "USD", 1250],
  ["0.01", "USD", 1],
  ["3000", "CNY", 300_000],
  ["700", "JPY", 700],
  ["1.234", "KWD", 1234],
  ["0.010", "EUR", 1],
])("counts %s %s as Stripe does: %s, and back", (amount, currency, minor) => {
  expect(toMinor(amount, currency)).toBe(minor);
  expect(Number(fromMinor(minor, currency))).toBe(Number(amount));
});

it.each([
  ["0.005", "USD"],
  ["1.5", "JPY"],
  ["1000000", "USD"],
])("knows that %s %s cannot be paid there", (amount, currency) => {
  expect(toMinor(amount, currency)).toBeUndefined();
});
