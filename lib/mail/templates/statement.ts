import type { Template } from "../template.ts";

/** A month is over: its statement is attached. `month` as "2026-11". */
export type StatementMade = { accountName: string; month: string; link: string };

/** To the admins of accounts that want statements by mail; the CSV is not attached. */
export const statement: Template<StatementMade> = ({ accountName, month, link }, locale, brand) =>
  locale === "zh"
    ? {
        subject: `${brand.name}：${month} 对账单`,
        heading: `${month} 对账单`,
        paragraphs: [`账户“${accountName}”${month} 的对账单见附件（PDF），CSV 可在控制台下载。`],
        button: { label: "查看对账单", href: link },
      }
    : {
        subject: `${brand.name}: statement of ${month}`,
        heading: `Statement of ${month}`,
        paragraphs: [
          `The statement of the account “${accountName}” for ${month} is attached as a PDF; a CSV is in the console.`,
        ],
        button: { label: "See statements", href: link },
      };
