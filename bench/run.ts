import { parseArgs } from "node:util";
import { Sender, type Sent } from "./sender.ts";
import { percentile } from "./summary.ts";

/**
 * Loads one OpenAI-compatible gateway with as many callers as asked, each sending its next call when it has its
 * answer, and prints what came of it. Works against any gateway: `npm run bench -- --target URL --key K`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: "string" },
      key: { type: "string" },
      model: { type: "string", default: "sim-chat" },
      seconds: { type: "string", default: "10" },
      callers: { type: "string", default: "32" },
      stream: { type: "boolean", default: false },
    },
  });
  if (!values.target || !values.key)
    throw new Error("npm run bench -- --target http://127.0.0.1:3000 --key sk-…");
  const sender = new Sender(values.target.replace(/\/v1\/?$/, ""));
  const call = { model: values.model, stream: values.stream, headers: {}, content: "Say one word." };
  const key = values.key;

  // What is loaded and compiled on first use is not what is measured.
  for (let count = 0; count < 20; count += 1) await sender.send(key, call);
  const measured = await load(Number(values.seconds) * 1000, Number(values.callers), () =>
    sender.send(key, call),
  );
  await sender.close();
  print(measured, Number(values.seconds), Number(values.callers));
}

async function load(forMs: number, callers: number, send: () => Promise<Sent>): Promise<Sent[]> {
  const endAt = performance.now() + forMs;
  const measured: Sent[] = [];
  const caller = async () => {
    while (performance.now() < endAt) measured.push(await send());
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return measured;
}

function print(measured: readonly Sent[], seconds: number, callers: number): void {
  const answered = measured.filter(({ status }) => status === 200);
  const latencies = answered.map(({ latencyMs }) => latencyMs);
  const added = measured.flatMap(({ addedMs }) => (addedMs === undefined ? [] : [addedMs]));
  const ms = (values: readonly number[], share: number) => `${percentile(values, share).toFixed(2)} ms`;
  console.log(`requests/s   ${(answered.length / seconds).toFixed(0)} answered (${callers} callers, ${seconds} s)
failed       ${measured.length - answered.length} of ${measured.length}
latency      p50 ${ms(latencies, 0.5)}   p90 ${ms(latencies, 0.9)}   p99 ${ms(latencies, 0.99)}`);
  if (added.length > 0)
    console.log(`of it own    p50 ${ms(added, 0.5)}   p99 ${ms(added, 0.99)}   (server-timing)`);
  if (answered.length === 0) process.exitCode = 1;
}

await main();
