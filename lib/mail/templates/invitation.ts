import { momentText, type Template } from "../template.ts";

/** Somebody is asked to join: the console, or an account. `expiresAt` is ISO 8601. */
export type Invitation = {
  link: string;
  inviter: string;
  /** The account that the person becomes a member of; null: a person of the operator's own. */
  accountName: string | null;
  /** The address has a sign-in already: nothing is chosen. */
  isKnown?: boolean;
  expiresAt: string;
};

/** To the address that somebody invited, again with a new link when they send it again. */
export const invitation: Template<Invitation> = (
  { link, inviter, accountName, isKnown = false, expiresAt },
  locale,
  brand,
) => {
  const until = momentText(expiresAt, locale);
  if (locale === "zh") {
    const target = accountName === null ? brand.name : `${brand.name} 上的账户“${accountName}”`;
    return {
      subject: `${inviter} 邀请您加入 ${brand.name}`,
      heading: `加入 ${brand.name}`,
      paragraphs: [
        `${inviter} 邀请您加入${target}。${isKnown ? "您可以继续使用现有的登录方式。" : "接受邀请时，您将为自己设置密码。"}`,
      ],
      button: { label: "接受邀请", href: link },
      notes: [`此链接只能使用一次，有效期至 ${until}。`, "如果您并未预期收到此邀请，可以忽略这封邮件。"],
    };
  }
  const how = isKnown
    ? "You keep the sign-in that you have."
    : "You will choose your password when you accept.";
  const target = accountName === null ? brand.name : `the account “${accountName}” on ${brand.name}`;
  return {
    subject: `${inviter} invites you to ${brand.name}`,
    heading: `Join ${brand.name}`,
    paragraphs: [`${inviter} invites you to ${target}. ${how}`],
    button: { label: "Accept the invitation", href: link },
    notes: [
      `The link works once, until ${until}.`,
      "If you did not expect this invitation, you can ignore this mail.",
    ],
  };
};
