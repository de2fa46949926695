import { momentText, type Template } from "../template.ts";

/** What is activated on a line ends soon: models with their ends (ISO 8601); model null: all that is left there. */
export type LineGrantEnding = {
  accountName: string;
  /** The line's name. */
  line: string;
  endings: { model: string | null; end: string }[];
  /** Null where the site's own address is not known. */
  link: string | null;
};

/** Once for each end, to the account's admins, before it comes. */
export const lineGrantEnding: Template<LineGrantEnding> = (
  { accountName, line, endings, link },
  locale,
  brand,
) => {
  const isChinese = locale === "zh";
  const all = isChinese ? "全部已开通的模型" : "All activated models";
  const label = isChinese ? "查看我的线路" : "See your lines";
  return {
    subject: isChinese
      ? `${brand.name}：“${line}”线路的开通即将到期`
      : `${brand.name}: what is activated on the ${line} line ends soon`,
    heading: isChinese ? `“${line}”线路的开通即将到期` : `Activated on the ${line} line, ending soon`,
    paragraphs: [
      isChinese
        ? "到期后对这些模型的调用会被拒绝（model_not_allowed）。如仍需要，请在此之前再次申请。"
        : "Calls of these models are refused from then on (model_not_allowed). If you still need them, ask again before.",
    ],
    facts: [
      [isChinese ? "账户" : "Account", accountName],
      ...endings.map(({ model, end }): [string, string] => [model ?? all, momentText(end, locale)]),
    ],
    ...(link === null ? {} : { button: { label, href: link } }),
  };
};
