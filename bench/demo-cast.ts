/** A customer of the demo: what they pay, how much they call, and with what. */
export type DemoCustomer = {
  name: string;
  group: string;
  timeZone: string;
  recharge: { amount: string; currency: "USD" | "CNY" };
  keys: readonly string[];
  /** Share of all calls. */
  share: number;
  /** How many addresses they call from. */
  addresses: number;
  models: readonly string[];
};

/** The catalogue's models that the demo sells through simulated channels, as far as the catalogue has them. */
export const demoModels = [
  ...["gpt-4o-mini", "gpt-4o", "gpt-4.1", "o4-mini", "claude-sonnet-4-5", "claude-haiku-4-5"],
  ...["gemini-2.5-flash", "gemini-2.5-pro", "deepseek-chat", "mistral-large-latest"],
] as const;

export const demoCustomers: readonly DemoCustomer[] = [
  {
    name: "Harbour Analytics",
    group: "default",
    timeZone: "Europe/Berlin",
    recharge: { amount: "250", currency: "USD" },
    keys: ["production", "notebooks"],
    share: 0.34,
    addresses: 4,
    models: ["gpt-4o-mini", "gpt-4.1", "claude-sonnet-4-5"],
  },
  {
    name: "青石教育",
    group: "training",
    timeZone: "Asia/Shanghai",
    recharge: { amount: "3200", currency: "CNY" },
    keys: ["课堂助手", "作业批改", "测试"],
    share: 0.27,
    addresses: 7,
    models: ["deepseek-chat", "gpt-4o-mini", "sim-chat"],
  },
  {
    name: "Northwind Freight",
    group: "enterprise",
    timeZone: "America/Chicago",
    recharge: { amount: "1200", currency: "USD" },
    keys: ["dispatch", "customs-documents"],
    share: 0.24,
    addresses: 2,
    models: ["gpt-4o", "o4-mini", "gemini-2.5-pro", "gemini-2.5-flash"],
  },
  {
    name: "Lena Vogt",
    group: "default",
    timeZone: "Europe/Vienna",
    recharge: { amount: "10", currency: "USD" },
    keys: ["laptop"],
    share: 0.1,
    addresses: 2,
    models: ["claude-haiku-4-5", "sim-chat"],
  },
  {
    name: "Kiosk Bot",
    group: "default",
    timeZone: "UTC",
    recharge: { amount: "0.004", currency: "USD" },
    keys: ["bot"],
    share: 0.05,
    addresses: 1,
    models: ["mistral-large-latest", "gpt-4o-mini"],
  },
];
