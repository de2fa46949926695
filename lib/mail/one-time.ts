/** Stands in a stored mail where its one-time token stands in the mail that is sent. */
export const oneTimeMark = "one-time-token-hidden";

/** Takes a token out of what is stored; a mail in which it does not stand would be sent without its link. */
export function hideToken<Texts extends { text: string; html: string; subject: string }>(
  mail: Texts,
  token: string,
): Texts {
  if (!/^[A-Za-z0-9_-]{16,}$/.test(token)) throw new Error("a one-time token is base64url text");
  if (mail.subject.includes(token)) throw new Error("a one-time token does not belong into a subject");
  if (!mail.text.includes(token) || !mail.html.includes(token))
    throw new Error("the mail does not carry its token");
  return {
    ...mail,
    text: mail.text.replaceAll(token, oneTimeMark),
    html: mail.html.replaceAll(token, oneTimeMark),
  };
}

/** Puts the token back, to send the mail. */
export function showToken(text: string, token: string): string {
  return text.replaceAll(oneTimeMark, token);
}
