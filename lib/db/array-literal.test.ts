import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { arrayLiteral } from "./array-literal.ts";
import { createPool } from "./pool.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.url, 1);
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});

/** NUL and halves of surrogate pairs are no text in Postgres. */
const text = fc.string({ unit: "binary" }).map((some) => some.replaceAll("\u0000", "").toWellFormed());
const nasty = fc.constantFrom("", "NULL", "null", "{}", '"', "\\", ",", " ", "a b", '\\"', "\n");

it("arrives in Postgres as it was, whatever stands in it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, nasty, fc.constant(null))), async (texts) => {
      const { rows } = await pool.query("SELECT $1::text::text[] AS texts", [arrayLiteral(texts)]);
      expect(rows[0]?.texts).toEqual(texts);
    }),
  );
});

it("carries numbers, bigints and booleans", async () => {
  const { rows } = await pool.query(
    "SELECT $1::text::bigint[] AS money, $2::text::boolean[] AS yes, $3::text::int[] AS numbers",
    [
      arrayLiteral([2n ** 63n - 1n, null, -1n]),
      arrayLiteral([true, false, null]),
      arrayLiteral([0, -5, null]),
    ],
  );
  expect(rows[0]).toEqual({
    money: [2n ** 63n - 1n, null, -1n],
    yes: [true, false, null],
    numbers: [0, -5, null],
  });
});
