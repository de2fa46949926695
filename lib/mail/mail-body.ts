/** Stands in a mail for many where each reader's name goes. */
export const nameMark = "name-of-who-reads-this";

/** A mail that is not filled yet is due then: nobody sends it before. */
export const unfilledUntil = new Date("9999-12-31T00:00:00Z");

/** A mail's text, also while it stands only in the body that it shares with others. */
export function textOf(mail: {
  text: string;
  body: { text: string } | null;
  bodyName: string | null;
}): string {
  return mail.body === null ? mail.text : mail.body.text.replaceAll(nameMark, mail.bodyName ?? "");
}
