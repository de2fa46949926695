import type { Template } from "../template.ts";

/** Prices of an account's own that change. `rows`: what, and old → new, in the reader's language. */
export type OwnPrices = {
  accountName: string;
  /** "In force from …", a sentence. */
  inForce: string;
  rows: readonly (readonly [string, string])[];
  /** What was typed as the reason; "": nothing. */
  reason: string;
  link: string;
};

/** To the account's admins alone; what changes for everybody is an announcement. */
export const ownPrices: Template<OwnPrices> = (
  { accountName, inForce, rows, reason, link },
  locale,
  brand,
) => {
  const isChinese = locale === "zh";
  const heading = isChinese ? "您的专属价格已调整" : "Your own prices change";
  const text = isChinese
    ? `账户“${accountName}”的专属价格有变动，其他客户的价格不受影响。`
    : `Prices that hold for the account “${accountName}” alone change. Nobody else's do.`;
  return {
    subject: `${brand.name}${isChinese ? "：" : ": "}${heading}`,
    heading,
    paragraphs: [text, inForce, ...(reason === "" ? [] : [reason])],
    facts: [[isChinese ? "账户" : "Account", accountName] as const, ...rows],
    button: { label: isChinese ? "查看价目表" : "See the price list", href: link },
  };
};
