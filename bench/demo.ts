import { parseArgs } from "node:util";
import type { Model } from "#lib/models/schema";
import { connect, connectOptions } from "./connect.ts";
import { type DemoCustomer, demoCustomers, demoModels } from "./demo-cast.ts";
import type { Operator } from "./operator.ts";
import { progress } from "./progress.ts";
import { runSchedule } from "./schedule.ts";
import { Sender } from "./sender.ts";
import { seededRandom } from "./synthetic.ts";

type Buyer = DemoCustomer & { secrets: string[]; firstAddress: number };

/**
 * Fills a running instance so that the console has something to show: customers, keys, simulated channels, and
 * calls sent through the gateway itself. `npm run demo [-- --calls 3000 --minutes 2]`
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...connectOptions,
      calls: { type: "string", default: "3000" },
      minutes: { type: "string", default: "2" },
    },
  });
  const operator = await connect(values);
  const models = await sellDemoModels(operator);
  const buyers: Buyer[] = [];
  for (const customer of demoCustomers)
    buyers.push(await settleIn(operator, customer, buyers.length * 16 + 2));

  const random = seededRandom(42);
  const total = Number(values.calls);
  const spanMs = Number(values.minutes) * 60_000;
  const times = Array.from({ length: total }, () => random() * spanMs).sort((a, b) => a - b);
  const sender = new Sender(operator.url);
  const statuses = new Map<number, number>();
  await runSchedule(
    times.map((atMs) => ({ atMs })),
    {
      speed: 1,
      concurrency: 64,
      onDone: progress(total),
      work: async () => {
        const { status } = await sendOne(sender, buyers, models, random);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      },
    },
  );
  await sender.close();
  console.log(
    [...statuses]
      .sort()
      .map(([status, count]) => `${status}: ${count}`)
      .join("   "),
  );
}

/** Two simulated channels under the names of real models; what the catalogue lacks is left out. */
async function sellDemoModels(operator: Operator): Promise<Set<string>> {
  const catalogue = new Set((await operator.all<Model>("/api/models")).map((model) => model.id));
  const models = demoModels.filter((model) => catalogue.has(model));
  const channel = (name: string, weight: number, served: readonly string[]) =>
    operator.createChannel({
      name,
      provider: "simulator",
      baseUrl: "https://simulator.invalid/v1",
      models: served,
      priority: 1,
      weight,
    });
  await channel("Demo east", 3, models);
  await channel("Demo west", 1, models.slice(0, Math.ceil(models.length / 2)));
  return new Set([...models, "sim-chat"]);
}

async function settleIn(operator: Operator, customer: DemoCustomer, firstAddress: number): Promise<Buyer> {
  const { name, group, timeZone } = customer;
  const account = await operator.createAccount({ name, group, timeZone });
  // What the training line has is opened per account.
  if (group === "training") await operator.need("PUT", `/api/groups/training/grants/${account.id}`, {});
  await operator.recharge(account.id, customer.recharge.amount, { currency: customer.recharge.currency });
  const secrets: string[] = [];
  for (const key of customer.keys) secrets.push((await operator.createKey(account.id, { name: key })).secret);
  return { ...customer, secrets, firstAddress };
}

function sendOne(sender: Sender, buyers: readonly Buyer[], models: Set<string>, random: () => number) {
  const buyer = chooseBuyer(buyers, random());
  const sold = buyer.models.filter((model) => models.has(model));
  const mistake = random() < 0.02 ? "no-such-model" : undefined;
  const fault = random() < 0.012 ? { "x-sim-fault": random() < 0.5 ? "500" : "cut-late" } : {};
  return sender.send(pick(buyer.secrets, random()), {
    model: mistake ?? pick(sold.length > 0 ? sold : ["sim-chat"], random()),
    stream: random() < 0.6,
    from: `127.0.0.${buyer.firstAddress + Math.floor(random() ** 2 * buyer.addresses)}`,
    headers: {
      "user-agent": pick(["openai-python/2.8.1", "OpenAI/JS 6.49.0", "curl/8.14.1"], random()),
      "x-sim-prompt-tokens": String(Math.ceil(60 / (1 - random() * 0.98))),
      "x-sim-completion-tokens": String(Math.ceil(20 + 380 * random() ** 2)),
      "x-sim-latency-ms": String(Math.ceil(80 + 900 * random() ** 3)),
      "x-sim-chunk-ms": "25",
      ...fault,
    },
  });
}

function chooseBuyer(buyers: readonly Buyer[], chance: number): Buyer {
  let left = chance * buyers.reduce((sum, buyer) => sum + buyer.share, 0);
  for (const buyer of buyers) {
    left -= buyer.share;
    if (left < 0) return buyer;
  }
  return pick(buyers, 0);
}

function pick<T>(values: readonly T[], chance: number): T {
  const value = values[Math.floor(chance * values.length)];
  if (value === undefined) throw new Error("nothing to choose from");
  return value;
}

await main();
