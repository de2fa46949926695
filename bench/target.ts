import { Sender, type Sent } from "./sender.ts";
import { percentile } from "./summary.ts";

/** What `npm run bench -- --target URL --key K` was asked for. */
export type Target = {
  target: string;
  key: string;
  model: string;
  seconds: number;
  callers: number;
  stream: boolean;
};

/**
 * Loads one OpenAI-compatible gateway, whosever it is, with as many callers as asked, each sending its next call when
 * it has its answer, and prints what came of it.
 */
export async function loadTarget({ target, key, model, seconds, callers, stream }: Target): Promise<void> {
  const sender = new Sender(target.replace(/\/v1\/?$/, ""));
  const call = { model, stream, headers: {}, content: "Say one word." };
  // What is loaded and compiled on first use is not what is measured.
  for (let count = 0; count < 20; count += 1) await sender.send(key, call);
  const measured = await load(seconds * 1000, callers, () => sender.send(key, call));
  await sender.close();
  print(measured, seconds, callers);
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
