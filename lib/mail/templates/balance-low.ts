import type { Template } from "../template.ts";

/** An account's money runs low: below its threshold, or for few days at its pace. Amounts in USD. */
export type BalanceLow = {
  accountName: string;
  kind: "threshold" | "days";
  spendable: string;
  pace: string;
  /** null: nothing is spent. */
  daysLeft: number | null;
  threshold: string;
  link: string;
};

/** To an account's admins, once for each kind until the balance has recovered. */
export const balanceLow: Template<BalanceLow> = (data, locale, brand) => {
  const { accountName, spendable, pace, daysLeft, threshold, kind } = data;
  if (locale === "zh") {
    const days = daysLeft === null ? "–" : `约 ${daysLeft} 天`;
    return {
      subject: `${brand.name}：账户“${accountName}”余额不足`,
      heading: "余额不足",
      paragraphs: [
        kind === "threshold"
          ? `账户“${accountName}”可用余额为 ${spendable} USD，低于 ${threshold} USD。`
          : `按最近的消费速度，账户“${accountName}”的余额还可使用${days}。`,
        "余额用尽后，调用将被拒绝。",
      ],
      facts: [
        ["可用余额", `${spendable} USD`],
        ["日均消费", `${pace} USD`],
        ["预计可用", days],
      ],
      button: { label: "充值", href: data.link },
    };
  }
  const days = daysLeft === null ? "–" : `about ${daysLeft} ${daysLeft === 1 ? "day" : "days"}`;
  return {
    subject: `${brand.name}: the balance of “${accountName}” is low`,
    heading: "The balance is low",
    paragraphs: [
      kind === "threshold"
        ? `The account “${accountName}” has ${spendable} USD left to spend, less than ${threshold} USD.`
        : `At its pace of the last days the money of the account “${accountName}” lasts ${days}.`,
      "When it is used up, calls are refused.",
    ],
    facts: [
      ["Left to spend", `${spendable} USD`],
      ["Spent per day", `${pace} USD`],
      ["Lasts", days],
    ],
    button: { label: "Recharge", href: data.link },
  };
};
