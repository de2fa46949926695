import { expect, it } from "vitest";
import { reasonText } from "./words.ts";

const leak = { kind: "leaked_secret", figures: { source: "https://example.com/a.txt" } };

it("a signal is told in the reader's language, with its figures", () => {
  expect(reasonText(leak, "en")).toBe("the secret was found in public: https://example.com/a.txt");
  expect(reasonText(leak, "zh")).toContain("https://example.com/a.txt");
  expect(reasonText(leak, "zh")).not.toBe(reasonText(leak, "en"));
});

it("a kind without words, or figures that do not fit, are told by the kind's name", () => {
  expect(reasonText({ kind: "from_the_future", figures: {} }, "zh")).toBe("from the future");
  expect(reasonText({ kind: "leaked_secret", figures: {} }, "en")).toBe("leaked secret");
});
