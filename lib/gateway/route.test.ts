import { describe, expect, it } from "vitest";
import type { ChannelEntry } from "#lib/snapshot/entries";
import { route } from "./route.ts";

const channel = (id: string, values: Partial<ChannelEntry> = {}): ChannelEntry => ({
  id,
  name: id,
  provider: "simulator",
  baseUrl: "",
  credential: null,
  groups: null,
  priority: 0,
  weight: 1,
  timeouts: {},
  injectUsage: true,
  status: "active",
  models: new Map(),
  ...values,
});

const order = (channels: ChannelEntry[], random = () => 0, group = "default") =>
  route(channels, group, random).map(({ id }) => id);

describe("the order in which channels are tried", () => {
  it("takes the whole highest tier before the next, each channel once", () => {
    const channels = [channel("low"), channel("b", { priority: 5 }), channel("a", { priority: 5 })];
    expect(order(channels)).toEqual(["b", "a", "low"]);
    expect(order(channels, () => 0.99)).toEqual(["a", "b", "low"]);
  });

  it("draws by weight within a tier", () => {
    const channels = [channel("rare", { weight: 1 }), channel("often", { weight: 9 })];
    let often = 0;
    for (let i = 0; i < 1000; i += 1) if (order(channels, () => i / 1000)[0] === "often") often += 1;
    expect(often).toBe(900);
  });

  it("tries weight 0 last in its tier", () => {
    expect(order([channel("zero", { weight: 0 }), channel("one")], () => 0)).toEqual(["one", "zero"]);
  });

  it("leaves out disabled channels and those of other groups", () => {
    const channels = [
      channel("off", { status: "disabled" }),
      channel("others", { groups: new Set(["enterprise"]) }),
      channel("ours", { groups: new Set(["default"]) }),
    ];
    expect(order(channels)).toEqual(["ours"]);
    expect(order(channels, () => 0, "training")).toEqual([]);
  });
});
