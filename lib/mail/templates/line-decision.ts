import { momentText, type Template } from "../template.ts";

/** What became of a request for a line, or for one model on it. `until` is ISO 8601; null: for good. */
export type LineDecision = {
  outcome: "granted" | "refused";
  accountName: string;
  /** The line's name. */
  line: string;
  /** null: all that needs activation there. */
  model: string | null;
  until: string | null;
  /** The operator's words; may be empty. */
  answer: string;
  link: string;
};

/** To who asked and the account's admins; until when is said only of what is granted. */
export const lineDecision: Template<LineDecision> = (data, locale, brand) => {
  const { outcome, accountName, line, model, until, answer, link } = data;
  const isChinese = locale === "zh";
  const told = (isChinese ? zh : en)[outcome](line, model);
  const facts: [string, string][] = [
    [isChinese ? "账户" : "Account", accountName],
    [isChinese ? "线路" : "Line", line],
  ];
  if (model !== null) facts.push([isChinese ? "模型" : "Model", model]);
  if (outcome === "granted") {
    const ends = until === null ? (isChinese ? "长期有效" : "for good") : momentText(until, locale);
    facts.push([isChinese ? "有效期至" : "Until", ends]);
  }
  return {
    subject: `${brand.name}${isChinese ? "：" : ": "}${told.subject}`,
    heading: told.subject,
    paragraphs: [told.text, ...(answer === "" ? [] : [answer])],
    facts,
    button: { label: isChinese ? "查看我的线路" : "See your lines", href: link },
  };
};

type Words = Record<
  LineDecision["outcome"],
  (line: string, model: string | null) => { subject: string; text: string }
>;

const en: Words = {
  granted: (line, model) => ({
    subject: model === null ? `The ${line} line is open to you` : `${model} is open to you`,
    text:
      model === null
        ? `From now on your account can use the ${line} line.`
        : `From now on your account can use ${model} on the ${line} line.`,
  }),
  refused: (line, model) => ({
    subject: model === null ? `The ${line} line stays closed` : `${model} stays closed`,
    text:
      model === null
        ? `We cannot open the ${line} line to your account at the moment.`
        : `We cannot open ${model} on the ${line} line to your account at the moment.`,
  }),
};

const zh: Words = {
  granted: (line, model) => ({
    subject: model === null ? `“${line}”线路已为您开通` : `${model} 已为您开通`,
    text:
      model === null
        ? `您的账户现在可以使用“${line}”线路。`
        : `您的账户现在可以在“${line}”线路上使用 ${model}。`,
  }),
  refused: (line, model) => ({
    subject: model === null ? `“${line}”线路暂未开通` : `${model} 暂未开通`,
    text:
      model === null
        ? `目前我们无法为您的账户开通“${line}”线路。`
        : `目前我们无法为您的账户在“${line}”线路上开通 ${model}。`,
  }),
};
