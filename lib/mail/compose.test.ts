import { describe, expect, it } from "vitest";
import { composeMail } from "./compose.ts";
import { type Brand, mailLocales } from "./template.ts";
import { type TemplateName, templateNames } from "./template-names.ts";
import type { TemplateData } from "./templates/index.ts";

const brand: Brand = { name: "Acme <AI>", color: "#0a7d55", logoUrl: null };
const link = "https://console.test/do?token=aaaabbbbccccddddeeee&x=1";
const at = "2026-11-22T08:05:00Z";

const part = {
  title: "New price for gpt-5",
  lead: "In force from 25 November 2026 at 08:00 (UTC).",
  html: "<p>1 model costs <strong>less</strong>.</p>",
  text: "1 model costs **less**.",
  facts: [["gpt-5, input, per 1M tokens", "$1.25 → $1 (−20 %)"] as const],
  link,
};

const data: TemplateData = {
  invitation: { link, inviter: "Ada \u201eA.\u201c", accountName: null, expiresAt: at },
  "password-reset": { link, minutes: 30, ip: "203.0.113.7" },
  "email-verification": { link, expiresAt: at },
  "security-notice": { what: "totp-enabled", at, ip: "203.0.113.7", link },
  "recharge-receipt": {
    accountName: "Müller & Söhne",
    amount: "3000",
    currency: "CNY",
    credit: "420.5",
    bonus: "21.025",
    balance: "421",
    orderNo: "A-17",
    at,
    link,
  },
  "recharge-decision": {
    outcome: "refunded",
    accountName: "Müller & Söhne",
    amount: "30",
    currency: "CNY",
    orderNo: "A-17",
    taken: "4.2",
    reason: "Paid twice.",
    link,
  },
  "own-prices": {
    accountName: "Müller & Söhne",
    inForce: "In force from 25 November 2026.",
    rows: [["gpt-4o, input, per 1M tokens", "list price → $2"]],
    reason: "Volume contract.",
    link,
  },
  statement: { accountName: "Müller & Söhne", month: "2026-10", link },
  "balance-low": {
    accountName: "Müller & Söhne",
    kind: "days",
    spendable: "12.5",
    pace: "5",
    daysLeft: 2.5,
    threshold: "10",
    link,
  },
  "tier-change": {
    accountName: "Müller & Söhne",
    tierName: "3,000 yuan",
    outcome: "granted",
    reward: "recharge_bonus",
    percent: "5",
    explanation: "Recharges come to 3100 CNY: 3000 CNY are reached.",
    reason: "",
    link,
  },
  "limit-decision": {
    outcome: "granted",
    accountName: "Müller & Söhne",
    model: "txt2img_v3",
    metric: "ipm",
    wanted: 2000,
    granted: 1500,
    until: at,
    answer: "Enough for the launch.",
    link,
  },
  "line-decision": {
    outcome: "granted",
    accountName: "Müller & Söhne",
    line: "Training",
    model: "gpt-4o",
    until: at,
    answer: "For your course.",
    link,
  },
  "limit-grant-ending": {
    accountName: "Müller & Söhne",
    model: null,
    metric: "tpm",
    granted: 30000000,
    afterwards: null,
    until: at,
    link,
  },
  "line-grant-ending": {
    accountName: "Müller & Söhne",
    line: "Training",
    endings: [
      { model: "gpt-4o", end: at },
      { model: null, end: at },
    ],
    link,
  },
  "limit-near": {
    accountName: "Müller & Söhne",
    model: "gpt-5",
    metric: "rpm",
    used: 850,
    limit: 1000,
    link,
  },
  announcement: { name: "Ada <A>", parts: [part], manage: link },
  "announcement-digest": { name: null, parts: [part, { ...part, title: "Another one" }], manage: link },
  "subscription-confirmation": { link, expiresAt: at },
  incident: {
    accountName: "Müller & Söhne",
    keyName: "Shop <1>",
    keyLabel: "sk-tg-abcdef…wxyz",
    reasons: ["first request from 203.0.113.0/24", "41 × usual spend"],
    networks: ["203.0.113.0/24"],
    requests: 1234,
    spent: "12.5",
    since: at,
    done: "suspended",
    cap: null,
    link,
    actions: null,
  },
  "test-mail": { by: "Bob", at },
};

/** Subject and the words that carry the meaning, by language. */
const meaning: Record<TemplateName, Record<"en" | "zh", readonly [subject: string, ...words: string[]]>> = {
  invitation: {
    en: [
      "Ada \u201eA.\u201c invites you to Acme <AI>",
      "Accept the invitation",
      "works once",
      "22 November 2026",
    ],
    zh: ["Ada \u201eA.\u201c 邀请您加入 Acme <AI>", "接受邀请", "只能使用一次", "2026年11月22日"],
  },
  "password-reset": {
    en: ["Reset your Acme <AI> password", "from 203.0.113.7", "30 minutes", "stays as it is"],
    zh: ["重置您的 Acme <AI> 密码", "203.0.113.7", "30 分钟", "密码不会改变"],
  },
  "email-verification": {
    en: ["Confirm your address for Acme <AI>", "Confirm the address", "If it was not you"],
    zh: ["确认您在 Acme <AI> 的邮箱地址", "确认地址", "如果不是您本人操作"],
  },
  "security-notice": {
    en: ["Acme <AI>: Two-step sign-in is on", "203.0.113.7", "08:05 UTC", "sign out everywhere"],
    zh: ["Acme <AI>：两步验证已开启", "203.0.113.7", "08:05 UTC", "退出登录"],
  },
  "recharge-receipt": {
    en: ["Acme <AI>: 3000 CNY received", "Müller & Söhne", "420.5 USD", "21.025 USD", "421 USD", "A-17"],
    zh: ["Acme <AI>：已收到充值 3000 CNY", "Müller & Söhne", "420.5 USD", "21.025 USD", "421 USD", "A-17"],
  },
  "recharge-decision": {
    en: ["Acme <AI>: 30 CNY refunded", "Müller & Söhne", "4.2 USD", "A-17", "Paid twice."],
    zh: ["Acme <AI>：已退款 30 CNY", "Müller & Söhne", "4.2 USD", "A-17"],
  },
  "own-prices": {
    en: ["Acme <AI>: Your own prices change", "Müller & Söhne", "list price → $2", "Volume contract."],
    zh: ["Acme <AI>：您的专属价格已调整", "Müller & Söhne", "gpt-4o"],
  },
  statement: {
    en: ["Acme <AI>: statement of 2026-10", "Müller & Söhne"],
    zh: ["Acme <AI>：2026-10 对账单", "Müller & Söhne"],
  },
  "balance-low": {
    en: ["Acme <AI>: the balance of “Müller & Söhne” is low", "lasts about 2.5 days", "12.5 USD", "5 USD"],
    zh: ["Acme <AI>：账户“Müller & Söhne”余额不足", "约 2.5 天", "12.5 USD"],
  },
  "tier-change": {
    en: ["Acme <AI>: you have reached “3,000 yuan”", "5 % on top", "3000 CNY are reached", "Müller & Söhne"],
    zh: ["Acme <AI>：您已达到“3,000 yuan”", "额外赠送 5%", "Müller & Söhne"],
  },
  "limit-decision": {
    en: [
      "Acme <AI>: Your limit is raised",
      "images per minute on txt2img_v3",
      "1,500",
      "2,000",
      "Enough for the launch.",
      "22 November 2026",
    ],
    zh: ["Acme <AI>：您的限额已提高", "txt2img_v3 的每分钟图片数", "1,500", "2026年11月22日"],
  },
  "line-decision": {
    en: ["Acme <AI>: gpt-4o is open to you", "on the Training line", "For your course.", "22 November 2026"],
    zh: ["Acme <AI>：gpt-4o 已为您开通", "Training", "2026年11月22日"],
  },
  "limit-grant-ending": {
    en: [
      "Acme <AI>: a granted limit ends soon",
      "tokens per minute on all models together",
      "30,000,000",
      "no limit",
    ],
    zh: ["Acme <AI>：您的临时限额即将到期", "所有模型合计的每分钟 token 数", "30,000,000", "不限"],
  },
  "line-grant-ending": {
    en: [
      "Acme <AI>: what is activated on the Training line ends soon",
      "gpt-4o",
      "All activated models",
      "ask again",
    ],
    zh: ["Acme <AI>：“Training”线路的开通即将到期", "gpt-4o", "全部已开通的模型", "再次申请"],
  },
  "limit-near": {
    en: ["Acme <AI>: 85 % of a limit is used", "requests per minute on gpt-5", "850", "at most once in 24 h"],
    zh: ["Acme <AI>：用量已达限额的 85%", "gpt-5 的每分钟请求数", "1,000"],
  },
  incident: {
    en: [
      'Acme <AI>: The key "Shop <1>" was suspended: it may be in other hands',
      "first request from 203.0.113.0/24 and 41 × usual spend",
      "1,234",
      "$12.5",
      "refused from now on",
    ],
    zh: ["Acme <AI>：密钥“Shop <1>”可能已泄露，现已停用", "203.0.113.0/24", "$12.5"],
  },
  announcement: {
    en: [
      "Acme <AI>: New price for gpt-5",
      "Hello Ada <A>,",
      "25 November 2026 at 08:00 (UTC)",
      "gpt-5, input, per 1M tokens",
      "−20 %",
      "Change it or unsubscribe",
    ],
    zh: ["Acme <AI>：New price for gpt-5", "Ada <A>，您好：", "−20 %", "更改或退订"],
  },
  "announcement-digest": {
    en: ["Acme <AI>: 2 announcements", "Another one", "−20 %", "Change it or unsubscribe"],
    zh: ["Acme <AI>：2 条公告", "Another one", "更改或退订"],
  },
  "subscription-confirmation": {
    en: ["Confirm your subscription to Acme <AI>", "Nothing is sent until you confirm", "works once"],
    zh: ["确认订阅 Acme <AI> 的公告", "不会发送任何公告", "只能使用一次"],
  },
  "test-mail": {
    en: ["Test mail from Acme <AI>", "Bob sent this test", "08:05 UTC"],
    zh: ["Acme <AI> 测试邮件", "Bob", "08:05 UTC"],
  },
};

describe.each(mailLocales)("a mail in %s", (locale) => {
  it.each(templateNames)("%s says the same in HTML and in text, under the site's name", async (template) => {
    const { subject, text, html } = await composeMail(template, data[template], locale, brand);
    const [expected, ...words] = meaning[template][locale];
    expect(subject).toBe(expected);
    const seen = textOf(html);
    for (const word of [...words, brand.name]) {
      expect(text).toContain(word);
      expect(seen).toContain(word);
    }
    expect(html).toContain(`lang="${locale === "zh" ? "zh-CN" : "en"}"`);
    if (!("link" in data[template])) return;
    // The link stands whole on a line of its own, and behind the button and its own words.
    expect(text.split("\n")).toContain(link);
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => unescaped(href ?? ""));
    expect(hrefs).toEqual([link, link]);
    expect(html).toContain(brand.color);
  });

  it("differs for every notice about a sign-in", async () => {
    const whats = [
      "totp-enabled",
      "totp-disabled",
      "recovery-codes-made",
      "password-changed",
      "new-sign-in-address",
    ];
    const mails = await Promise.all(
      whats.map((what) =>
        composeMail("security-notice", { ...data["security-notice"], what } as never, locale, brand),
      ),
    );
    expect(new Set(mails.map((mail) => mail.subject)).size).toBe(whats.length);
    expect(new Set(mails.map((mail) => mail.text)).size).toBe(whats.length);
  });

  it("invites into an account by its name", async () => {
    const invitation = { ...data.invitation, accountName: "Team “Blue”" };
    expect((await composeMail("invitation", invitation, locale, brand)).text).toContain("Team “Blue”");
  });
});

describe("a mail's form", () => {
  it("lets nobody's name become markup or a header", async () => {
    const invitation = {
      ...data.invitation,
      inviter: "<img src=x onerror=alert(1)>\r\nBcc: eve@example.com",
    };
    const { subject, html } = await composeMail("invitation", invitation, "en", brand);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x");
  });

  it("shows the site's logo where there is one, and its name to who loads no pictures", async () => {
    const withLogo = { ...brand, logoUrl: "https://console.test/logo.png" };
    const { html } = await composeMail("test-mail", data["test-mail"], "en", withLogo);
    expect(html).toMatch(/<img[^>]*alt="Acme &lt;AI&gt;"[^>]*src="https:\/\/console.test\/logo.png"/);
  });

  it("loads nothing from anywhere by itself: no style sheets, no fonts, no pictures to count readers with", async () => {
    for (const template of templateNames) {
      const { html } = await composeMail(template, data[template], "en", brand);
      expect(html).not.toMatch(/<(link|script|img|iframe)\b|url\(|@import/i);
    }
  });
});

/** What a reader sees of HTML. */
function textOf(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ""));
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
}
