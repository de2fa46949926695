import type { Template } from "../template.ts";

/** A discount tier that an account has got, or lost. `explanation` in the reader's language, with the figures. */
export type TierChange = {
  accountName: string;
  tierName: string;
  outcome: "granted" | "ended";
  reward: "recharge_bonus" | "consumption_discount";
  percent: string;
  explanation: string;
  /** What a person wrote who decided; "": nobody did. */
  reason: string;
  link: string;
};

/** To the account's admins, when a tier is granted or ends; an offer is told to nobody. */
export const tierChange: Template<TierChange> = (data, locale, brand) =>
  locale === "zh" ? inChinese(data, brand.name) : inEnglish(data, brand.name);

function inEnglish(data: TierChange, site: string) {
  const { tierName, percent, accountName } = data;
  const isBonus = data.reward === "recharge_bonus";
  const granted = isBonus
    ? `From now on every recharge of the account “${accountName}” is credited with ${percent} % on top.`
    : `From now on every call of the account “${accountName}” costs ${percent} % less.`;
  const ended = isBonus
    ? `Recharges of the account “${accountName}” get no bonus from it any more. Credit that was given stays.`
    : `Calls of the account “${accountName}” cost what the price list says again.`;
  const isGranted = data.outcome === "granted";
  return {
    subject: isGranted ? `${site}: you have reached “${tierName}”` : `${site}: “${tierName}” has ended`,
    heading: isGranted ? `You have reached “${tierName}”` : `“${tierName}” has ended`,
    paragraphs: [isGranted ? granted : ended, data.explanation, data.reason].filter((text) => text !== ""),
    facts: [
      ["Account", accountName],
      ["Tier", tierName],
      [isBonus ? "Bonus on recharges" : "Discount on calls", `${percent} %`],
    ] as const,
    button: { label: "See your tiers", href: data.link },
  };
}

function inChinese(data: TierChange, site: string) {
  const { tierName, percent, accountName } = data;
  const isBonus = data.reward === "recharge_bonus";
  const granted = isBonus
    ? `账户“${accountName}”今后每笔充值将额外赠送 ${percent}%。`
    : `账户“${accountName}”今后每次调用减免 ${percent}%。`;
  const ended = isBonus
    ? `账户“${accountName}”的充值不再享受该等级的赠送，已赠送的额度保留。`
    : `账户“${accountName}”的调用恢复按价目表计费。`;
  const isGranted = data.outcome === "granted";
  return {
    subject: isGranted ? `${site}：您已达到“${tierName}”` : `${site}：“${tierName}”已结束`,
    heading: isGranted ? `您已达到“${tierName}”` : `“${tierName}”已结束`,
    paragraphs: [isGranted ? granted : ended, data.explanation, data.reason].filter((text) => text !== ""),
    facts: [
      ["账户", accountName],
      ["等级", tierName],
      [isBonus ? "充值赠送" : "消费折扣", `${percent}%`],
    ] as const,
    button: { label: "查看等级", href: data.link },
  };
}
