import type { Template } from "../template.ts";

/** Somebody asked for a new password, from the address `ip` (null: unknown). */
export type PasswordReset = { link: string; minutes: number; ip: string | null };

/** The place of the asker is in it, so that a person can tell that it was not them. */
export const passwordReset: Template<PasswordReset> = ({ link, minutes, ip }, locale, brand) => {
  if (locale === "zh") {
    return {
      subject: `重置您的 ${brand.name} 密码`,
      heading: "设置新密码",
      paragraphs: [`有人${ip === null ? "" : `从 ${ip} `}请求为您在 ${brand.name} 的账号设置新密码。`],
      button: { label: "设置新密码", href: link },
      notes: [
        `此链接只能使用一次，${minutes} 分钟内有效。`,
        "如果不是您本人操作，请忽略这封邮件：您的密码不会改变。",
      ],
    };
  }
  const from = ip === null ? "" : ` from ${ip}`;
  return {
    subject: `Reset your ${brand.name} password`,
    heading: "Choose a new password",
    paragraphs: [`Someone asked${from} for a new password for your sign-in to ${brand.name}.`],
    button: { label: "Choose a new password", href: link },
    notes: [
      `The link works once, for ${minutes} minutes.`,
      "If it was not you, ignore this mail: your password stays as it is.",
    ],
  };
};
