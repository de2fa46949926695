/** Stands in a stored mail where its one-time token stands in the mail that is sent; the second one's has "-2" behind it. */
export const oneTimeMark = "one-time-token-hidden";

/** Several tokens of one mail, as they are kept: each does another thing. */
export function joinTokens(tokens: readonly string[]): string {
  return tokens.join(SEPARATOR);
}

/** Takes the tokens out of what is stored; a mail in which one does not stand would be sent without its link. */
export function hideToken<Texts extends { text: string; html: string; subject: string }>(
  mail: Texts,
  token: string,
): Texts {
  let { text, html } = mail;
  for (const [index, one] of token.split(SEPARATOR).entries()) {
    if (!/^[A-Za-z0-9_-]{16,}$/.test(one)) throw new Error("a one-time token is base64url text");
    if (mail.subject.includes(one)) throw new Error("a one-time token does not belong into a subject");
    if (!text.includes(one) || !html.includes(one)) throw new Error("the mail does not carry its token");
    text = text.replaceAll(one, markOf(index));
    html = html.replaceAll(one, markOf(index));
  }
  return { ...mail, text, html };
}

/** Puts the tokens back, to send the mail. */
export function showToken(text: string, token: string): string {
  const tokens = token.split(SEPARATOR);
  // From the last on: the first one's mark begins all others.
  return tokens.reduceRight((shown, one, index) => shown.replaceAll(markOf(index), one), text);
}

/** No character of a token. */
const SEPARATOR = ".";

function markOf(index: number): string {
  return index === 0 ? oneTimeMark : `${oneTimeMark}-${index + 1}`;
}
