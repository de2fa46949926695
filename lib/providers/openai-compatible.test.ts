import { expect, it } from "vitest";
import { chatUrl } from "./openai-compatible.ts";

it.each([
  ["https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"],
  ["https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"],
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/chat/completions"],
  ["http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/chat/completions"],
  ["https://open.example.cn/api/paas/v4", "https://open.example.cn/api/paas/v4/chat/completions"],
])("%s has chat at %s", (base, url) => {
  expect(chatUrl(base, "/chat/completions").href).toBe(url);
});
