import { expect, it } from "vitest";
import { readModelList } from "./read-list.ts";

it.each([
  ["OpenAI's", { object: "list", data: [{ id: "b" }, { id: "a" }] }],
  ["Gemini's", { models: [{ name: "b" }, { name: "a" }] }],
  ["a bare", ["b", "a", "a"]],
])("reads %s list", (_, body) => {
  expect(readModelList(JSON.stringify(body))).toEqual({ names: ["a", "b"], leftOut: 0 });
});

it("leaves out what is no name, and what is too much", () => {
  const many = Array.from({ length: 2_010 }, (_, index) => ({ id: `m${index}` }));
  const odd = [{ id: 7 }, {}, null, { id: "" }, { id: "x".repeat(129) }, { id: "a\u202eb" }, { id: " a" }];
  const read = readModelList(JSON.stringify({ data: [...many, ...odd] }));
  expect([read?.names.length, read?.leftOut]).toEqual([2_000, 17]);
});

it.each(["<html>", "{}", '{"data": {}}', '"a"', "null"])("knows that %s is no list", (text) => {
  expect(readModelList(text)).toBeUndefined();
});
