import { afterEach, expect, it } from "vitest";
import { createLog } from "#lib/runtime/log";
import { shutdown } from "#lib/runtime/shutdown";
import { clearSingleton, setSingleton } from "#lib/runtime/singletons";
import { createLifecycle, StoppedWhileStarting } from "./lifecycle.ts";

setSingleton("log", createLog("silent", process.stdout));
afterEach(() => clearSingleton("shutdown"));

it("stops in reverse order, once, and past a step that fails", async () => {
  const stopped: string[] = [];
  const lifecycle = createLifecycle();
  lifecycle.onStop("first", () => void stopped.push("first"));
  lifecycle.onStop("second", () => {
    throw new Error("stuck");
  });
  lifecycle.onStop("third", async () => void stopped.push("third"));
  await Promise.all([lifecycle.stopAll(), lifecycle.stopAll()]);
  expect(stopped).toEqual(["third", "first"]);
});

it("ends a start that a signal has overtaken, and still stops what that start had just made", async () => {
  const stopped: string[] = [];
  const lifecycle = createLifecycle();
  shutdown().begin();
  expect(() => lifecycle.onStop("late", () => void stopped.push("late"))).toThrow(StoppedWhileStarting);
  await lifecycle.stopAll();
  expect(stopped).toEqual(["late"]);
});
