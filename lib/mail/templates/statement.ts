import type { Template } from "../template.ts";

/** A month is over, and its statement can be read. `month` as "2026-11". */
export type StatementMade = { accountName: string; month: string; link: string };

export const statement: Template<StatementMade> = ({ accountName, month, link }, locale, brand) =>
  locale === "zh"
    ? {
        subject: `${brand.name}：${month} 对账单`,
        heading: `${month} 对账单`,
        paragraphs: [`账户“${accountName}”${month} 的对账单已生成，可下载 PDF 或 CSV。`],
        button: { label: "查看对账单", href: link },
      }
    : {
        subject: `${brand.name}: statement of ${month}`,
        heading: `Statement of ${month}`,
        paragraphs: [`The statement of the account “${accountName}” for ${month} is ready, as PDF and CSV.`],
        button: { label: "See statements", href: link },
      };
