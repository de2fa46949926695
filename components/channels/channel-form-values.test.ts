import { describe, expect, it } from "vitest";
import type { Channel } from "#lib/channels/schema";
import { channelBodyOf, emptyChannelForm, formOfChannel } from "./channel-form-values.ts";

const channel = {
  name: "Main",
  provider: "openai-compatible",
  baseUrl: "https://api.example.com/v1",
  models: [
    { model: "gpt-4o", upstreamModel: "gpt-4o-2024-08-06", priced: true },
    { model: "a/b:c", upstreamModel: "a/b:c", priced: false },
  ],
  groups: ["default"],
  priority: 5,
  weight: 2,
  timeouts: { headersMs: 90_000 },
  injectUsage: false,
} as unknown as Channel;

describe("the channel form", () => {
  it("sends back what it was given, without touching the stored credential", () => {
    expect(channelBodyOf(formOfChannel(channel), false)).toEqual({
      name: "Main",
      baseUrl: "https://api.example.com/v1",
      models: [{ model: "gpt-4o", upstreamModel: "gpt-4o-2024-08-06" }, "a/b:c"],
      groups: ["default"],
      priority: 5,
      weight: 2,
      timeouts: { headersMs: 90_000 },
      injectUsage: false,
    });
  });

  it("leaves out what a new simulator channel does not need", () => {
    const body = channelBodyOf(
      { ...emptyChannelForm, name: " Sim ", provider: "simulator", models: ["sim-chat"] },
      true,
    );
    expect(body).toMatchObject({ name: "Sim", provider: "simulator", models: ["sim-chat"], timeouts: {} });
    expect(body).not.toHaveProperty("baseUrl");
    expect(body).not.toHaveProperty("credential");
  });
});
