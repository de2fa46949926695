import { describe, expect, it } from "vitest";
import type { Channel } from "#lib/channels/schema";
import { channelBodyOf, credentialsText, emptyChannelForm, formOfChannel } from "./channel-form-values.ts";

const channel = {
  name: "Main",
  provider: "openai-compatible",
  baseUrl: "https://api.example.com/v1",
  credentials: [
    { id: "c0", index: 0 },
    { id: "c1", index: 1 },
  ],
  models: [
    { model: "gpt-4o", upstreamModel: "gpt-4o-2024-08-06", priced: true, contextWindow: null },
    { model: "a/b:c", upstreamModel: "a/b:c", priced: false, contextWindow: null },
    { model: "long", upstreamModel: "long", priced: false, contextWindow: 131_072 },
  ],
  groups: ["default"],
  accounts: [],
  priority: 5,
  weight: 2,
  caps: { rpm: 60 },
  costMultiplier: "0.8",
  timeouts: { headersMs: 90_000, modalities: { reasoning: { firstTokenMs: 300_000 } } },
  injectUsage: false,
} as unknown as Channel;

describe("the channel form", () => {
  it("sends back what it was given, without touching the stored credentials", () => {
    expect(channelBodyOf(formOfChannel(channel), channel)).toEqual({
      name: "Main",
      baseUrl: "https://api.example.com/v1",
      models: [
        { model: "gpt-4o", upstreamModel: "gpt-4o-2024-08-06" },
        "a/b:c",
        { model: "long", contextWindow: 131_072 },
      ],
      groups: ["default"],
      accounts: [],
      priority: 5,
      weight: 2,
      caps: { rpm: 60 },
      costMultiplier: "0.8",
      timeouts: { headersMs: 90_000, modalities: { reasoning: { firstTokenMs: 300_000 } } },
      injectUsage: false,
    });
  });

  it("keeps stored credentials by their id when one is replaced, removed or added", () => {
    const form = formOfChannel(channel);
    const withCredentials = (credentials: typeof form.credentials) =>
      channelBodyOf({ ...form, credentials }, channel).credentials;
    const [first, second] = form.credentials;
    if (first === undefined || second === undefined) throw new Error("two are stored");
    expect(withCredentials([{ ...first, secret: "sk-new" }, second])).toEqual(["sk-new", { id: "c1" }]);
    expect(withCredentials([second])).toEqual([{ id: "c1" }]);
    expect(withCredentials([first, second, { id: null, secret: "sk-3" }])).toEqual([
      { id: "c0" },
      { id: "c1" },
      "sk-3",
    ]);
    expect(withCredentials([])).toEqual([]);
    expect(withCredentials([first, second, { id: null, secret: "" }])).toBeUndefined();
  });

  it("leaves out what a new simulator channel does not need", () => {
    const body = channelBodyOf(
      { ...emptyChannelForm, name: " Sim ", provider: "simulator", models: ["sim-chat"] },
      null,
    );
    expect(body).toMatchObject({ name: "Sim", provider: "simulator", models: ["sim-chat"], timeouts: {} });
    expect(body).not.toHaveProperty("baseUrl");
    expect(body).not.toHaveProperty("credentials");
  });
});

it("names credentials without what was entered for them", () => {
  const stored = { id: "0123456789abcdef", secret: "" };
  const replaced = { id: "0123456789abcdee", secret: "sk-replaced" };
  expect(credentialsText([stored, replaced, { id: null, secret: "sk-new" }, { id: null, secret: "" }])).toBe(
    "…abcdef, ••••, ••••",
  );
});
