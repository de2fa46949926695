import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { newId } from "#lib/runtime/id";
import { unwrapId, wrapId } from "./wrapped-id.ts";

const [key, id, account] = [randomBytes(32), newId(), newId()];

it("gives back what it was given, to the same account under the same key alone", () => {
  const wrapped = wrapId("video", id, account, key);
  expect(wrapped).toMatch(/^video_[0-9a-f]{64}$/);
  expect(unwrapId("video", wrapped, account, key)).toBe(id);
  expect(unwrapId("video", wrapped, newId(), key)).toBeUndefined();
  expect(unwrapId("task", wrapped.replace("video_", "task_"), account, key)).toBeUndefined();
  expect(unwrapId("video", wrapped, account, randomBytes(32))).toBeUndefined();
});

it("finds every changed character", () => {
  const wrapped = wrapId("task", id, account, key);
  for (let at = "task_".length; at < wrapped.length; at += 1) {
    const other = wrapped[at] === "0" ? "1" : "0";
    expect(
      unwrapId("task", wrapped.slice(0, at) + other + wrapped.slice(at + 1), account, key),
    ).toBeUndefined();
  }
});

it.each(["", "task_", id, `task_${"0".repeat(63)}`, `task_${"0".repeat(65)}`, `task_${"A".repeat(64)}`])(
  "takes no %j",
  (made) => {
    expect(unwrapId("task", made, account, key)).toBeUndefined();
  },
);
