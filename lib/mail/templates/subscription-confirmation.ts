import { momentText, type Template } from "../template.ts";

/** Asked for with the public form; nothing is sent until the link has been followed. */
export type SubscriptionConfirmation = { link: string; expiresAt: string };

/** In the same words for a known address as for a new one: neither is given away. */
export const subscriptionConfirmation: Template<SubscriptionConfirmation> = (
  { link, expiresAt },
  locale,
  brand,
) => {
  const until = momentText(expiresAt, locale);
  if (locale === "zh") {
    return {
      subject: `确认订阅 ${brand.name} 的公告`,
      heading: "确认您的订阅",
      paragraphs: [`有人使用此地址订阅了 ${brand.name} 的公告。确认之前，我们不会发送任何公告。`],
      button: { label: "查看并确认", href: link },
      notes: [`此链接只能使用一次，有效期至 ${until}。`, "如果不是您本人操作，请忽略这封邮件。"],
    };
  }
  return {
    subject: `Confirm your subscription to ${brand.name}`,
    heading: "Confirm your subscription",
    paragraphs: [
      `Someone asked us to send the announcements of ${brand.name} to this address. Nothing is sent until you confirm.`,
    ],
    button: { label: "Look at it and confirm", href: link },
    notes: [`The link works once, until ${until}.`, "If it was not you, ignore this mail."],
  };
};
