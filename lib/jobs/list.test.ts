import { expect, it } from "vitest";
import en from "../../messages/en.json" with { type: "json" };
import zh from "../../messages/zh.json" with { type: "json" };
import { jobs } from "./list.ts";

it.each([
  ["English", en.jobs],
  ["Chinese", zh.jobs],
])("every job has a name and says what it does in %s, and no other has", (_, words) => {
  const names = jobs.map((job) => job.name).sort();
  expect(Object.keys(words.names).sort()).toEqual(names);
  expect(Object.keys(words.abouts).sort()).toEqual(names);
});

it("no two jobs share a name", () => {
  expect(new Set(jobs.map((job) => job.name)).size).toBe(jobs.length);
});
