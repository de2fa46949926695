import { expect, it } from "vitest";
import { chatUrl, pathAt } from "./openai-compatible.ts";

it.each([
  ["https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"],
  ["https://api.openai.com/v1/", "https://api.openai.com/v1/chat/completions"],
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/chat/completions"],
  ["http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/chat/completions"],
  ["https://open.example.cn/api/paas/v4", "https://open.example.cn/api/paas/v4/chat/completions"],
])("%s has chat at %s", (base, url) => {
  expect(chatUrl(base, "/chat/completions").href).toBe(url);
});

it.each([
  ["", "/v3/async/txt2img"],
  ["/v1", "/v3/async/txt2img"],
  ["/v3/openai", "/v3/async/txt2img"],
  ["/gateway", "/gateway/v3/async/txt2img"],
])("tasks lie beside OpenAI's protocol: %s has them at %s", (base, path) => {
  expect(pathAt(base, "/v3/async/txt2img")).toBe(path);
  expect(pathAt(base, "/chat/completions")).toBe(`${base}/chat/completions`);
});
