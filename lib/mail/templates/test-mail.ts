import { momentText, type Template } from "../template.ts";

/** Asked for with the button beside the mail server's settings. */
export type TestMail = { by: string; at: string };

/** Without a link: it proves the mail server, not the site's address. */
export const testMail: Template<TestMail> = ({ by, at }, locale, brand) => {
  if (locale === "zh") {
    return {
      subject: `${brand.name} 测试邮件`,
      heading: "邮件发送正常",
      paragraphs: [`这是 ${by} 从 ${brand.name} 发送的测试邮件。收到它说明邮件服务器的设置正确。`],
      facts: [["时间", momentText(at, locale)]],
    };
  }
  return {
    subject: `Test mail from ${brand.name}`,
    heading: "Mail works",
    paragraphs: [
      `${by} sent this test from ${brand.name}. That it reached you means that the mail server's settings are right.`,
    ],
    facts: [["Time", momentText(at, locale)]],
  };
};
