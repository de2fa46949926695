import { type MailLocale, momentText, type Template } from "../template.ts";

/** Something about a person's sign-in has changed, at `at` (ISO 8601), asked for from `ip` (null: unknown). */
export type SecurityNotice = {
  what:
    | "totp-enabled"
    | "totp-disabled"
    | "recovery-codes-made"
    | "password-changed"
    | "new-sign-in-address"
    | "new-sign-in-browser"
    | "provider-linked"
    | "provider-unlinked";
  at: string;
  ip: string | null;
  /** "Firefox on Linux" */
  browser?: string;
  /** "GitHub" */
  provider?: string;
  /** Where one can see to it; null: nobody can say where the console is. */
  link: string | null;
};

/** To the person themselves; what nobody knows of the place it came from is left out. */
export const securityNotice: Template<SecurityNotice> = (data, locale, brand) => {
  const { what, at, ip, link, browser, provider } = data;
  const { subject, told } = words[locale][what];
  const isChinese = locale === "zh";
  const row = (name: string, value: string | null | undefined): [string, string][] =>
    value === null || value === undefined || value === "unknown" ? [] : [[name, value]];
  const where = [
    ...row(isChinese ? "登录方式" : "Sign-in", provider),
    ...row(isChinese ? "IP 地址" : "Address", ip),
    ...row(isChinese ? "浏览器" : "Browser", browser),
  ];
  return {
    subject: `${brand.name}${isChinese ? "：" : ": "}${subject}`,
    heading: subject,
    paragraphs: [told],
    facts: [[isChinese ? "时间" : "Time", momentText(at, locale)], ...where],
    ...(link === null
      ? {}
      : { button: { label: isChinese ? "查看我的账号" : "See my profile", href: link } }),
    notes: [
      isChinese
        ? "如果不是您本人操作，请立即更改密码，并在所有设备上退出登录。"
        : "If it was not you, change your password now and sign out everywhere.",
    ],
  };
};

const words: Record<MailLocale, Record<SecurityNotice["what"], { subject: string; told: string }>> = {
  en: {
    "totp-enabled": {
      subject: "Two-step sign-in is on",
      told: "From now on your sign-in asks for a code from your authenticator.",
    },
    "totp-disabled": {
      subject: "Two-step sign-in is off",
      told: "Your sign-in no longer asks for a code from your authenticator.",
    },
    "recovery-codes-made": {
      subject: "New recovery codes",
      told: "New recovery codes were made for your sign-in. The earlier ones do not work any more.",
    },
    "password-changed": {
      subject: "Your password was changed",
      told: "Your password was changed, and every other session was signed out.",
    },
    "new-sign-in-address": {
      subject: "Sign-in from a new address",
      told: "Someone signed in as you from a network that you have not used before.",
    },
    "new-sign-in-browser": {
      subject: "Sign-in from a new browser",
      told: "Someone signed in as you with a browser that you have not used before.",
    },
    "provider-linked": {
      subject: "Another way to sign in",
      told: "A sign-in elsewhere was linked to yours: whoever holds it can sign in as you.",
    },
    "provider-unlinked": {
      subject: "A way to sign in was removed",
      told: "A sign-in elsewhere no longer leads to yours.",
    },
  },
  zh: {
    "totp-enabled": { subject: "两步验证已开启", told: "从现在起，登录时需要输入验证器中的验证码。" },
    "totp-disabled": { subject: "两步验证已关闭", told: "登录时不再需要验证器中的验证码。" },
    "recovery-codes-made": {
      subject: "已生成新的恢复代码",
      told: "您的账号生成了新的恢复代码，之前的恢复代码已失效。",
    },
    "password-changed": { subject: "您的密码已更改", told: "您的密码已更改，其他会话均已退出登录。" },
    "new-sign-in-address": {
      subject: "来自新地址的登录",
      told: "有人从您未曾使用过的网络登录了您的账号。",
    },
    "new-sign-in-browser": {
      subject: "来自新浏览器的登录",
      told: "有人使用您未曾使用过的浏览器登录了您的账号。",
    },
    "provider-linked": {
      subject: "已添加新的登录方式",
      told: "一个外部账号已关联到您的账号：持有该外部账号的人可以以您的身份登录。",
    },
    "provider-unlinked": {
      subject: "已移除一种登录方式",
      told: "一个外部账号已不再关联到您的账号。",
    },
  },
};
