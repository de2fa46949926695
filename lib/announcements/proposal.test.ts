import { describe, expect, it } from "vitest";
import { concernOf, followedChanges, isConcerned } from "./changes.ts";
import { htmlOf } from "./markdown.ts";
import { proposalOf } from "./proposal.ts";
import type { PublicChange } from "./schema.ts";
import { changeRows, changeText, effectiveText, percentText } from "./words.ts";

const model = (
  name: string,
  vendor: string,
  before: string | null,
  after: string | null,
  percent: string | null,
) =>
  ({
    kind: "model",
    model: name,
    vendor,
    group: null,
    units: [{ unit: "input", before, after, percent }],
    multiplier: null,
    isWithdrawn: after === null,
    tiersChange: false,
    reason: null,
  }) satisfies PublicChange;
const cheaper = model("gpt-5", "openai", "1.25", "1", "-20");
const dearer = {
  ...model("claude-opus-4.1", "anthropic", "15", "17.5", "50/3"),
  reason: "The *maker* raised it.",
};
const line: PublicChange = {
  ...cheaper,
  kind: "group",
  model: null,
  vendor: null,
  group: "training",
  units: [],
  multiplier: { before: "1", after: "4/5", percent: "-20" },
};

describe("what Tollgate writes of changed prices", () => {
  it("names a single model, and says which way its price goes, in both languages", () => {
    expect(proposalOf([cheaper])).toEqual({
      title: "New price for gpt-5",
      text: "1 model costs less.",
      titleZh: "gpt-5 价格调整",
      textZh: "1 个模型降价。",
    });
  });

  it("counts several, names lines, and gives the reasons as they were typed", () => {
    const { title, text } = proposalOf([cheaper, dearer, line]);
    expect(title).toBe("New prices for gpt-5 and claude-opus-4.1; new multiplier for the line training");
    expect(text).toContain("1 model costs less, 1 model costs more, the multiplier of 1 line changes");
    expect(htmlOf(text)).toContain("The *maker* raised it.");
  });

  it("keeps a long list short: two names and how many others", () => {
    const many = Array.from({ length: 12 }, (_, index) => model(`m-${index}`, "v", "1", "2", "100"));
    expect(proposalOf(many).title).toBe("New prices for m-0, m-1 and 10 others");
    expect(proposalOf(many).titleZh).toBe("m-0、m-1 等 12 个 价格调整");
  });

  it("says that a model is no longer sold, or newly priced", () => {
    expect(proposalOf([model("old", "v", "1", null, null)]).title).toBe("old is no longer sold");
    expect(proposalOf([model("new", "v", null, "1", null)]).text).toBe("1 model is newly priced.");
  });
});

describe("the figures of an announcement", () => {
  it("stand in dollars per million and in per cent, marked where they are rounded", () => {
    expect(changeRows([cheaper, dearer, line], "en")).toEqual([
      ["gpt-5, input, per 1M tokens", "$1.25 → $1.00 (−20 %)"],
      ["claude-opus-4.1, input, per 1M tokens", "$15.00 → $17.50 (≈ +16.7 %)"],
      ["Line training", "×1 → ×0.8 (−20 %)"],
    ]);
    expect(changeText({ before: null, after: "25/3", percent: null })).toBe("– → ≈ $8.333333");
    expect(percentText("0")).toBe("+0 %");
  });

  it("hold from a moment that is told in the site's time zone", () => {
    expect(effectiveText("2026-11-24T23:30:00Z", "Asia/Shanghai", "en")).toBe(
      "25 November 2026 at 07:30 (Asia/Shanghai)",
    );
    expect(effectiveText("2026-11-24T23:30:00Z", "Asia/Shanghai", "zh")).toContain("2026年11月25日");
  });
});

describe("whom an announcement concerns", () => {
  const nothing = { followsAll: false, vendors: [], models: [] };

  it("is who follows one of its vendors or models, and who follows all", () => {
    const concern = concernOf([cheaper, dearer]);
    expect(concern).toEqual({
      concernsAll: false,
      vendors: ["anthropic", "openai"],
      models: ["claude-opus-4.1", "gpt-5"],
    });
    expect(isConcerned(concern, nothing)).toBe(false);
    expect(isConcerned(concern, { ...nothing, vendors: ["openai"] })).toBe(true);
    expect(isConcerned(concern, { ...nothing, models: ["gpt-4"] })).toBe(false);
    expect(isConcerned(concern, { ...nothing, followsAll: true })).toBe(true);
  });

  it("is everybody where a line changes, and each is told what they follow", () => {
    expect(isConcerned(concernOf([line]), nothing)).toBe(true);
    const follows = { ...nothing, models: ["gpt-5"] };
    expect(followedChanges([cheaper, dearer, line], follows)).toEqual([cheaper, line]);
  });
});

describe("Markdown", () => {
  it("becomes HTML in which no tag, script or picture of its writer lives", () => {
    const html = htmlOf(
      "**bold** <script>alert(1)</script> [x](javascript:alert(1)) [y](https://a.example/?a=1&b=2) ![p](https://t.example/p.png) <img src=x onerror=alert(1)>",
    );
    expect(html).toContain("<strong>bold</strong>");
    expect(html).not.toMatch(/<script|<img|javascript:|onerror=alert\(1\)>/);
    expect(html).toContain('<a rel="noopener nofollow" href="https://a.example/?a=1&amp;b=2">y</a>');
  });
});
