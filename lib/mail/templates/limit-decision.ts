import { momentText, type Template } from "../template.ts";
import { countText, type LimitNamed, limitText } from "./limit-words.ts";

/** What became of a limit request, or of a grant that was not needed. `until` is ISO 8601; null: for good. */
export type LimitDecision = LimitNamed & {
  outcome: "granted" | "refused" | "reduced";
  accountName: string;
  wanted: number;
  granted: number | null;
  until: string | null;
  /** The operator's words; may be empty. */
  answer: string;
  link: string;
};

/** To who asked and the account's admins. A reduction, which nobody asked for, says nothing of what was asked. */
export const limitDecision: Template<LimitDecision> = (data, locale, brand) => {
  const { outcome, accountName, wanted, granted, until, answer, link } = data;
  const limit = limitText(data, locale);
  const value = countText(granted ?? 0);
  const isChinese = locale === "zh";
  const told = (isChinese ? zh : en)[outcome](limit, value);
  const ends = until === null ? (isChinese ? "长期有效" : "for good") : momentText(until, locale);
  const facts: [string, string][] = [[isChinese ? "账户" : "Account", accountName]];
  if (outcome !== "reduced") facts.push([isChinese ? "申请值" : "Asked for", countText(wanted)]);
  if (outcome !== "refused") {
    facts.push([isChinese ? "新限额" : "New limit", value], [isChinese ? "有效期至" : "Until", ends]);
  }
  return {
    subject: `${brand.name}${isChinese ? "：" : ": "}${told.subject}`,
    heading: told.subject,
    paragraphs: [told.text, ...(answer === "" ? [] : [answer])],
    facts,
    button: { label: isChinese ? "查看我的限额" : "See your limits", href: link },
  };
};

type Words = Record<
  LimitDecision["outcome"],
  (limit: string, value: string) => { subject: string; text: string }
>;

const en: Words = {
  granted: (limit, value) => ({
    subject: "Your limit is raised",
    text: `From now on your limit of ${limit} is ${value}.`,
  }),
  refused: (limit) => ({
    subject: "Your limit stays as it is",
    text: `We cannot raise your limit of ${limit} at the moment.`,
  }),
  reduced: (limit, value) => ({
    subject: "A limit has been adjusted",
    text: `A whole week needed less than half of your granted ${limit}, so the limit is ${value} from now on. Ask again when you need more.`,
  }),
};

const zh: Words = {
  granted: (limit, value) => ({ subject: "您的限额已提高", text: `从现在起，您${limit}的限额为 ${value}。` }),
  refused: (limit) => ({ subject: "您的限额保持不变", text: `目前我们无法提高您${limit}的限额。` }),
  reduced: (limit, value) => ({
    subject: "您的一项限额已调整",
    text: `您获批的${limit}整周用量不足一半，因此限额现调整为 ${value}。需要更多时，欢迎再次申请。`,
  }),
};
