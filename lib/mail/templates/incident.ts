import { type MailLocale, type MailSection, momentText, type Template } from "../template.ts";
import { countText } from "./limit-words.ts";

/** What is told of an incident, to the customer whose key it is or to an operator. Money in USD, times ISO 8601. */
export type IncidentNotice = {
  accountName: string;
  keyName: string;
  /** "sk-tg-abcd…wxyz" */
  keyLabel: string;
  /** The signals in words, in the reader's language. */
  reasons: readonly string[];
  networks: readonly string[];
  requests: number;
  spent: string;
  since: string;
  /** What Tollgate has done by itself. */
  done: "suspended" | "capped" | null;
  /** USD a day, where it is capped. */
  cap: string | null;
  /** Where the incident is shown. */
  link: string;
  /** What the reader can do without signing in; null: nothing. */
  actions: { suspend: string | null; block: string | null; trust: string | null; expiresAt: string } | null;
};

/** Names the first 4 signals and 5 networks, and how many more there are of these. */
export const incident: Template<IncidentNotice> = (data, locale, brand) => {
  const words = locale === "zh" ? zh : en;
  const { accountName, keyName, keyLabel, reasons, networks, requests, spent, since, actions } = data;
  const subject = words.subject(keyName, data.done);
  const first = networks.slice(0, 5);
  const facts: [string, string][] = [
    [words.account, accountName],
    [words.key, `${keyName} (${keyLabel})`],
    [words.since, momentText(since, locale)],
    [words.requests, countText(requests)],
    [words.spent, `$${spent}`],
  ];
  if (first.length > 0) {
    const more = networks.length - first.length;
    facts.push([words.networks, first.join(", ") + (more > 0 ? ` (+${countText(more)})` : "")]);
  }
  return {
    subject: `${brand.name}${locale === "zh" ? "：" : ": "}${subject}`,
    heading: subject,
    paragraphs: [
      words.lead(reasons.slice(0, 4)),
      ...(data.done === null ? [] : [words.done(data.done, data.cap)]),
    ],
    facts,
    button: { label: words.see, href: data.link },
    ...(actions === null ? {} : { sections: sectionsOf(actions, data.done, words) }),
    notes: actions === null ? [] : [words.expires(momentText(actions.expiresAt, locale))],
  };
};

function sectionsOf(
  { suspend, block, trust }: NonNullable<IncidentNotice["actions"]>,
  done: IncidentNotice["done"],
  words: Words,
): MailSection[] {
  const section = ([heading, text, label]: readonly [string, string, string], href: string): MailSection => ({
    heading,
    html: `<p>${text}</p>`,
    text,
    facts: [],
    link: { label, href },
  });
  return [
    ...(suspend === null || done === "suspended" ? [] : [section(words.suspend, suspend)]),
    ...(block === null ? [] : [section(words.block, block)]),
    ...(trust === null ? [] : [section(words.trust, trust)]),
  ];
}

type Words = {
  subject(key: string, done: IncidentNotice["done"]): string;
  lead(reasons: readonly string[]): string;
  done(what: "suspended" | "capped", cap: string | null): string;
  account: string;
  key: string;
  since: string;
  requests: string;
  spent: string;
  networks: string;
  see: string;
  expires(at: string): string;
  /** Heading, text, label of the link. */
  suspend: readonly [string, string, string];
  block: readonly [string, string, string];
  trust: readonly [string, string, string];
};

const listOf = (locale: MailLocale, reasons: readonly string[]) =>
  new Intl.ListFormat(locale, { type: "conjunction" }).format(reasons);

const en: Words = {
  subject: (key, done) =>
    done === "suspended"
      ? `The key "${key}" was suspended: it may be in other hands`
      : `Is the key "${key}" in other hands?`,
  lead: (reasons) =>
    reasons.length === 0
      ? "Your API key is used in a way that is new for it."
      : `Your API key is used in a way that is new for it: ${listOf("en", reasons)}.`,
  done: (what, cap) =>
    what === "suspended"
      ? "The key is disabled: its calls are refused from now on. Enable it again when you know what happened."
      : `Until you decide, the key may spend at most $${cap ?? ""} a day.`,
  account: "Account",
  key: "Key",
  since: "Since",
  requests: "Requests",
  spent: "Spent from there",
  networks: "Networks",
  see: "See what happened",
  expires: (at) => `Each link of this mail works once, until ${at}, and does nothing before you confirm it.`,
  suspend: ["It was not us", "Disables the key: all of its calls are refused at once.", "Suspend the key"],
  block: [
    "Keep the key, refuse those networks",
    "The key goes on working everywhere else.",
    "Block the networks",
  ],
  trust: ["It was us", "These networks count as yours from now on.", "Trust the networks"],
};

const zh: Words = {
  subject: (key, done) =>
    done === "suspended" ? `密钥“${key}”可能已泄露，现已停用` : `密钥“${key}”是否已落入他人之手？`,
  lead: (reasons) =>
    reasons.length === 0
      ? "您的 API 密钥出现了不同以往的使用方式。"
      : `您的 API 密钥出现了不同以往的使用方式：${listOf("zh", reasons)}。`,
  done: (what, cap) =>
    what === "suspended"
      ? "该密钥已被停用，此后的调用一律拒绝。查明情况后，您可以重新启用它。"
      : `在您处理之前，该密钥每天最多消费 $${cap ?? ""}。`,
  account: "账户",
  key: "密钥",
  since: "开始时间",
  requests: "请求数",
  spent: "来自这些网络的消费",
  networks: "网络",
  see: "查看详情",
  expires: (at) => `本邮件中的每个链接仅可使用一次，有效期至 ${at}；在您确认之前不会执行任何操作。`,
  suspend: ["不是我们", "停用该密钥：其所有调用立即被拒绝。", "停用密钥"],
  block: ["保留密钥，但拒绝这些网络", "密钥在其他网络中照常可用。", "封锁这些网络"],
  trust: ["是我们自己", "今后这些网络将被视为您的网络。", "信任这些网络"],
};
