import { momentText, type Template } from "../template.ts";
import { countText, type LimitNamed, limitText } from "./limit-words.ts";

/** A granted limit ends soon, at `until` (ISO 8601). `afterwards` null: nothing limits it then. */
export type LimitGrantEnding = LimitNamed & {
  accountName: string;
  granted: number;
  afterwards: number | null;
  until: string;
  /** Null where the site's own address is not known. */
  link: string | null;
};

/** Once for each grant, within the 3 days before it ends. */
export const limitGrantEnding: Template<LimitGrantEnding> = (data, locale, brand) => {
  const { accountName, granted, afterwards, link } = data;
  const limit = limitText(data, locale);
  const until = momentText(data.until, locale);
  const isChinese = locale === "zh";
  const after = afterwards === null ? (isChinese ? "不限" : "no limit") : countText(afterwards);
  const label = isChinese ? "查看我的限额" : "See your limits";
  return {
    subject: isChinese ? `${brand.name}：您的临时限额即将到期` : `${brand.name}: a granted limit ends soon`,
    heading: isChinese ? "临时限额即将到期" : "A granted limit ends soon",
    paragraphs: [
      isChinese
        ? `您${limit}的临时限额 ${countText(granted)} 将于 ${until} 到期。如仍需要，请在此之前再次申请。`
        : `Your granted ${limit}, ${countText(granted)}, ends on ${until}. If you still need it, ask again before then.`,
    ],
    facts: [
      [isChinese ? "账户" : "Account", accountName],
      [isChinese ? "当前" : "Now", countText(granted)],
      [isChinese ? "到期后" : "Afterwards", after],
    ],
    ...(link === null ? {} : { button: { label, href: link } }),
  };
};
