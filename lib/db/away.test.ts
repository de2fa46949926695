import { expect, it } from "vitest";
import { isDatabaseAway } from "./away.ts";

const failed = (code: string, message = "") => Object.assign(new Error(message), { code });

it.each([
  failed("ECONNREFUSED"),
  failed("P1001"),
  failed("P1017"),
  failed("57P01", "terminating connection due to administrator command"),
  failed("53300"),
  failed("08006"),
  new Error("Connection terminated unexpectedly"),
  new Error("timeout exceeded when trying to connect"),
])("takes %s for a database that is away", (error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([
  failed("23505"),
  failed("57014", "canceling statement due to statement timeout"),
  failed("P2002"),
  failed("ENOENT"),
  new TypeError("x is not a function"),
  "ECONNREFUSED",
])("takes %s for something else", (error) => {
  expect(isDatabaseAway(error)).toBe(false);
});
