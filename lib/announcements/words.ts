import { type Fraction, formatDecimal, parseFraction } from "#lib/core/fraction";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import type { PublicChange } from "./schema.ts";

export type Language = "en" | "zh";

const unitWords: Record<Language, Record<string, string>> = {
  en: {
    input: "input",
    output: "output",
    cacheRead: "cache read",
    cacheWrite5m: "cache write, 5 min",
    cacheWrite1h: "cache write, 1 h",
    imageInput: "image input",
    imageOutput: "image output",
    audioInput: "audio input",
    audioOutput: "audio output",
    reasoning: "reasoning",
    call: "per call",
    image: "per image",
    videoSecond: "per second of video",
    audioSecond: "per second of audio",
    character: "per character",
  },
  zh: {
    input: "输入",
    output: "输出",
    cacheRead: "缓存读取",
    cacheWrite5m: "缓存写入（5 分钟）",
    cacheWrite1h: "缓存写入（1 小时）",
    imageInput: "图片输入",
    imageOutput: "图片输出",
    audioInput: "音频输入",
    audioOutput: "音频输出",
    reasoning: "推理",
    call: "每次调用",
    image: "每张图片",
    videoSecond: "每秒视频",
    audioSecond: "每秒音频",
    character: "每个字符",
  },
};
const pieces: readonly string[] = ["call", "image", "videoSecond", "audioSecond", "character"];

/** "input, per 1M tokens" */
export function unitText(unit: string, language: Language): string {
  const word = unitWords[language][unit] ?? unit;
  if (pieces.includes(unit)) return word;
  return language === "zh" ? `${word}（每百万 token）` : `${word}, per 1M tokens`;
}

/** "$1.25", "$17.50", "≈ $8.333333"; a dash where there is no price. */
export function dollarText(figure: string | null): string {
  if (figure === null) return "–";
  const { text, isExact } = decimalText(figure, 6);
  const [whole, cents = ""] = text.split(".");
  return `${isExact ? "" : "≈ "}$${whole}.${cents.padEnd(2, "0")}`;
}

/** "+20 %", "≈ −16.7 %"; empty where there is nothing to compare with. */
export function percentText(percent: string | null): string {
  if (percent === null) return "";
  const { text, isExact } = decimalText(percent.replace(/^-/, ""), 1);
  const sign = percent.startsWith("-") ? "−" : "+";
  return `${isExact ? "" : "≈ "}${sign}${text} %`;
}

/** "×0.8" */
export function multiplierText(figure: string | null): string {
  if (figure === null) return "–";
  const { text, isExact } = decimalText(figure, 6);
  return `${isExact ? "×" : "≈ ×"}${text}`;
}

/** "$1.25 → $1.50 (+20 %)" */
export function changeText(
  { before, after, percent }: { before: string | null; after: string | null; percent: string | null },
  shown: (figure: string | null) => string = dollarText,
): string {
  const share = percentText(percent);
  return `${shown(before)} → ${shown(after)}${share === "" ? "" : ` (${share})`}`;
}

/** Name and figures of everything that changes, as a table's rows: ["gpt-5, input, per 1M tokens", "$1.00 → $2.00 (+100 %)"]. */
export function changeRows(changes: readonly PublicChange[], language: Language): [string, string][] {
  const comma = language === "zh" ? "，" : ", ";
  return changes.flatMap((change): [string, string][] => {
    if (change.multiplier !== null) {
      const line = language === "zh" ? `线路 ${change.group}` : `Line ${change.group}`;
      return [[line, changeText(change.multiplier, multiplierText)]];
    }
    const rows = change.units.map((unit): [string, string] => [
      [change.model, unitText(unit.unit, language), ...(unit.when ? [unit.when] : [])].join(comma),
      changeText(unit),
    ]);
    if (!change.tiersChange) return rows;
    const long = language === "zh" ? "长提示词的价格" : "calls with long prompts";
    return [...rows, [`${change.model}${comma}${long}`, language === "zh" ? "已更改" : "changed"]];
  });
}

/** What changes of an account's own price of a model; where it has none, the price list holds. */
export function ownRows({ model, units }: PriceChangeAnswer, language: Language): [string, string][] {
  const comma = language === "zh" ? "，" : ", ";
  const shown = (figure: string | null) =>
    figure === null ? (language === "zh" ? "价目表价格" : "list price") : dollarText(figure);
  return units.map((unit) => [
    [model, unitText(unit.unit, language), ...(unit.when === null ? [] : [unit.when])].join(comma),
    changeText(unit, shown),
  ]);
}

/** "25 November 2026 at 08:00 (Asia/Shanghai)" */
export function effectiveText(at: string, timeZone: string, language: Language): string {
  const format = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
    timeZone,
  });
  const text = format.format(new Date(at));
  return language === "zh" ? `${text}（${timeZone}）` : `${text} (${timeZone})`;
}

/** "In force from …" as a sentence. */
export function inForceText(at: string, timeZone: string, language: Language): string {
  const text = effectiveText(at, timeZone, language);
  return language === "zh" ? `自 ${text} 起生效。` : `In force from ${text}.`;
}

/** A figure of at most `digits` fractional digits, and whether that is all of it. */
function decimalText(figure: string, digits: number): { text: string; isExact: boolean } {
  const value = parseFraction(figure);
  const exact = formatDecimal(value);
  if (exact !== undefined && (exact.split(".")[1] ?? "").length <= digits)
    return { text: exact, isExact: true };
  return { text: rounded(value, digits), isExact: false };
}

function rounded({ num, den }: Fraction, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const scaled = (num * scale * 2n + den) / (den * 2n);
  const text = String(scaled).padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, "");
}
