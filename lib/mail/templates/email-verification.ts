import { momentText, type Template } from "../template.ts";

/** An address is to be proved before it counts. */
export type EmailVerification = { link: string; expiresAt: string };

/** To an address that asks to register and has no sign-in yet; one that has gets passwordReset instead. */
export const emailVerification: Template<EmailVerification> = ({ link, expiresAt }, locale, brand) => {
  const until = momentText(expiresAt, locale);
  if (locale === "zh") {
    return {
      subject: `确认您在 ${brand.name} 的邮箱地址`,
      heading: "确认您的邮箱地址",
      paragraphs: [`有人使用此地址在 ${brand.name} 注册。请确认这是您本人的操作。`],
      button: { label: "确认地址", href: link },
      notes: [`此链接只能使用一次，有效期至 ${until}。`, "如果不是您本人操作，请忽略这封邮件。"],
    };
  }
  return {
    subject: `Confirm your address for ${brand.name}`,
    heading: "Confirm your address",
    paragraphs: [`Someone registered at ${brand.name} with this address. Please confirm that it was you.`],
    button: { label: "Confirm the address", href: link },
    notes: [`The link works once, until ${until}.`, "If it was not you, ignore this mail."],
  };
};
