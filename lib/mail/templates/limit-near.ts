import type { Template } from "../template.ts";
import { countText, type LimitNamed, limitText } from "./limit-words.ts";

/** A minute of an account came near a limit. */
export type LimitNear = LimitNamed & {
  accountName: string;
  used: number;
  limit: number;
  /** Null where the site's own address is not known. */
  link: string | null;
};

/** The share is in whole percent, at most 100. */
export const limitNear: Template<LimitNear> = (data, locale, brand) => {
  const { accountName, used, limit, link } = data;
  const name = limitText(data, locale);
  const share = Math.min(100, Math.round((used / Math.max(1, limit)) * 100));
  const isChinese = locale === "zh";
  return {
    subject: isChinese
      ? `${brand.name}：用量已达限额的 ${share}%`
      : `${brand.name}: ${share} % of a limit is used`,
    heading: isChinese ? `用量已达限额的 ${share}%` : `${share} % of a limit is used`,
    paragraphs: [
      isChinese
        ? `账户“${accountName}”的${name}已接近限额。超出限额的请求会以 429 拒绝，且不产生费用。`
        : `The account “${accountName}” comes near its limit of ${name}. Calls beyond it are refused with 429 and cost nothing.`,
    ],
    facts: [
      [isChinese ? "最近一分钟" : "Last minute", countText(used)],
      [isChinese ? "限额" : "Limit", countText(limit)],
    ],
    ...(link === null ? {} : { button: { label: isChinese ? "申请提高限额" : "Ask for more", href: link } }),
    notes: [
      isChinese ? "同一限额每 24 小时最多提醒一次。" : "You hear of the same limit at most once in 24 h.",
    ],
  };
};
