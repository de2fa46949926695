/** Programs of the quickstart; a test runs the same calls against a real gateway. `{origin}`, `{model}` are filled in. */
export const programs = {
  curl: `curl {origin}/v1/chat/completions \\
  -H "Authorization: Bearer $TOLLGATE_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "{model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
  python: `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url="{origin}/v1", api_key=os.environ["TOLLGATE_KEY"])
answer = client.chat.completions.create(
    model="{model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  typescript: `// npm install openai
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "{origin}/v1", apiKey: process.env.TOLLGATE_KEY });
const answer = await client.chat.completions.create({
  model: "{model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0]?.message.content);`,
  anthropic: `// npm install @anthropic-ai/sdk
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({ baseURL: "{origin}", apiKey: process.env.TOLLGATE_KEY });
const message = await client.messages.create({
  model: "{model}",
  max_tokens: 1024,
  messages: [{ role: "user", content: "Hello" }],
});
console.log(message.content);`,
  gemini: `// npm install @google/genai
import { GoogleGenAI } from "@google/genai";

const client = new GoogleGenAI({ apiKey: process.env.TOLLGATE_KEY, httpOptions: { baseUrl: "{origin}" } });
const answer = await client.models.generateContent({ model: "{model}", contents: "Hello" });
console.log(answer.text);`,
  stream: `const stream = await client.chat.completions.create({
  model: "{model}",
  messages: [{ role: "user", content: "Hello" }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}`,
  retry: `import { appendFile, readFile } from "node:fs/promises";
import OpenAI from "openai";

// The client itself repeats 408, 409, 429 and 5xx, with growing pauses, and obeys Retry-After.
const client = new OpenAI({ baseURL: "{origin}/v1", apiKey: process.env.TOLLGATE_KEY, maxRetries: 5, timeout: 120_000 });
const done = new Set((await readFile("done.jsonl", "utf8").catch(() => "")).split("\\n").filter(Boolean)
  .map((line) => JSON.parse(line).id));

for (const job of jobs.filter(({ id }) => !done.has(id))) {
  const { data, response } = await client.chat.completions
    .create({ model: "{model}", messages: job.messages })
    .withResponse();
  const requestId = response.headers.get("x-request-id");
  await appendFile("done.jsonl", JSON.stringify({ id: job.id, requestId, answer: data.choices[0] }) + "\\n");
}`,
  throttle: `// A queue that never runs more calls at once than the account may, and starts no more a minute than it may.
const perMinute = 60, atOnce = 4;
const starts = [];   // when the calls of the last minute began
let running = 0;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function throttled(call) {
  for (;;) {
    const now = Date.now();
    while (starts[0] <= now - 60_000) starts.shift();
    if (running < atOnce && starts.length < perMinute) break;
    await pause(starts.length < perMinute ? 50 : starts[0] + 60_000 - now);
  }
  running += 1;
  starts.push(Date.now());
  try {
    return await call();
  } finally {
    running -= 1;
  }
}`,
  backoff: `import random, time
from openai import OpenAI, RateLimitError

client = OpenAI(base_url="{origin}/v1", max_retries=0)   # we repeat ourselves

def ask(messages, tries=6):
    for attempt in range(tries):
        try:
            return client.chat.completions.create(model="{model}", messages=messages)
        except RateLimitError as error:
            if error.code == "request_exceeds_limit" or attempt == tries - 1:
                raise                                     # waiting does not help
            wait = float(error.response.headers.get("retry-after-ms", 1000)) / 1000
            time.sleep(max(wait, min(2 ** attempt, 60)) + random.uniform(0, 1))`,
} as const;
