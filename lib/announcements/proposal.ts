import type { PublicChange } from "./schema.ts";
import type { Language } from "./words.ts";

/** Title and text (Markdown) of an announcement, in both languages. */
export type Texts = { title: string; text: string; titleZh: string; textZh: string };

const NAMED = 3;
const REASONS = 50;

/**
 * What is said of changes unless somebody writes it: which models, how many cost more or less, and the reasons given.
 * The figures themselves stand in the table below, for each reader those that they follow.
 */
export function proposalOf(changes: readonly PublicChange[]): Texts {
  return {
    title: titleOf(changes, "en"),
    text: textOf(changes, "en"),
    titleZh: titleOf(changes, "zh"),
    textZh: textOf(changes, "zh"),
  };
}

function titleOf(changes: readonly PublicChange[], language: Language): string {
  const models = changes.filter(({ kind }) => kind === "model");
  const lines = changes.flatMap(({ group }) => (group === null ? [] : [group]));
  const isZh = language === "zh";
  const names = listText(
    models.map(({ model }) => model ?? ""),
    language,
  );
  const ofModels = isZh
    ? models.every(({ isWithdrawn }) => isWithdrawn)
      ? `${names} 停止提供`
      : `${names} 价格调整`
    : models.every(({ isWithdrawn }) => isWithdrawn)
      ? `${names} ${models.length === 1 ? "is" : "are"} no longer sold`
      : `New price${models.length === 1 ? "" : "s"} for ${names}`;
  const lineNames = listText(lines, language);
  const ofLines = isZh
    ? `线路 ${lineNames} 倍率调整`
    : `New multiplier for the line${lines.length === 1 ? "" : "s"} ${lineNames}`;
  const also = models.length > 0 && !isZh ? ofLines.replace(/^N/, "n") : ofLines;
  const parts = [...(models.length > 0 ? [ofModels] : []), ...(lines.length > 0 ? [also] : [])];
  return parts.join(isZh ? "；" : "; ").slice(0, 200);
}

function textOf(changes: readonly PublicChange[], language: Language): string {
  const models = changes.filter(({ kind }) => kind === "model");
  const count = (way: Way) => models.filter((change) => wayOf(change) === way).length;
  const isZh = language === "zh";
  const parts = ways.flatMap((way) => {
    const number = count(way);
    if (number === 0) return [];
    return [
      isZh
        ? `${number} 个模型${zhWays[way]}`
        : `${number} ${number === 1 ? "model" : "models"} ${enWays[way](number)}`,
    ];
  });
  const lines = changes.length - models.length;
  if (lines > 0) {
    parts.push(
      isZh
        ? `${lines} 条线路调整倍率`
        : `the multiplier of ${lines} ${lines === 1 ? "line" : "lines"} changes, and with it every price there`,
    );
  }
  const summary = isZh ? `${parts.join("，")}。` : `${upperFirst(parts.join(", "))}.`;
  return [summary, reasonsOf(changes, language)].filter((part) => part !== "").join("\n\n");
}

function reasonsOf(changes: readonly PublicChange[], language: Language): string {
  const given = changes.filter(({ reason }) => reason !== null && reason.trim() !== "");
  if (given.length === 0) return "";
  const heading = language === "zh" ? "原因：" : "Why:";
  const byReason = new Map<string, string[]>();
  for (const { reason, model, group } of given) {
    const words = (reason ?? "").trim().replace(/\s+/g, " ");
    byReason.set(words, [...(byReason.get(words) ?? []), model ?? group ?? ""]);
  }
  const items = [...byReason].slice(0, REASONS).map(([words, names]) => {
    const colon = language === "zh" ? "：" : ": ";
    return `- **${escapeMarkdown(listText(names, language))}**${colon}${escapeMarkdown(words)}`;
  });
  return `${heading}\n\n${items.join("\n")}`;
}

const ways = ["less", "more", "mixed", "new", "withdrawn"] as const;
type Way = (typeof ways)[number];
const enWays: Record<Way, (count: number) => string> = {
  less: (count) => (count === 1 ? "costs less" : "cost less"),
  more: (count) => (count === 1 ? "costs more" : "cost more"),
  mixed: (count) => (count === 1 ? "changes its price" : "change their prices"),
  new: (count) => (count === 1 ? "is newly priced" : "are newly priced"),
  withdrawn: (count) => (count === 1 ? "is no longer sold" : "are no longer sold"),
};
const zhWays: Record<Way, string> = {
  less: "降价",
  more: "涨价",
  mixed: "调整价格",
  new: "新增价格",
  withdrawn: "停止提供",
};

function wayOf({ units, isWithdrawn, tiersChange }: PublicChange): Way {
  if (isWithdrawn) return "withdrawn";
  if (units.length > 0 && units.every(({ before }) => before === null)) return "new";
  const moves = units.map(({ percent }) => percent);
  if (tiersChange || moves.length === 0 || moves.some((percent) => percent === null)) return "mixed";
  if (moves.every((percent) => percent?.startsWith("-"))) return "less";
  return moves.every((percent) => !percent?.startsWith("-")) ? "more" : "mixed";
}

/** "a", "a and b", "a, b and 5 others" */
function listText(names: readonly string[], language: Language): string {
  const isZh = language === "zh";
  if (names.length <= NAMED) {
    if (isZh) return names.join("、");
    return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }
  const shown = names.slice(0, NAMED - 1);
  const rest = names.length - shown.length;
  return isZh ? `${shown.join("、")} 等 ${names.length} 个` : `${shown.join(", ")} and ${rest} others`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A reason is a plain text: what is Markdown in it stays as typed. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, "\\$&");
}
