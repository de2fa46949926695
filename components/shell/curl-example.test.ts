import { describe, expect, it } from "vitest";
import { curlExample } from "./curl-example.ts";

describe("the ready curl", () => {
  it("calls this gateway with the key, and survives a quote in the model's name", () => {
    const curl = curlExample("http://127.0.0.1:3000", "sk-tg-x", "o'model");
    expect(curl).toContain("curl http://127.0.0.1:3000/v1/chat/completions \\\n");
    expect(curl).toContain('-H "Authorization: Bearer sk-tg-x"');
    expect(curl).toContain(`{"model":"o'\\''model"`);
  });
});
