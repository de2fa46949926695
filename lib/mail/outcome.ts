/** Why a mail was not taken, as nodemailer's SMTP client tells it. */
export type SmtpFailure = {
  readonly message: string;
  readonly code?: string | undefined;
  readonly response?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly command?: string | undefined;
};

/**
 * What a failed try means. `retry`: later. `server`: the mail is not to blame, the server is away or does not want us:
 * nothing is sent for a while. `slow`: later, and everything slower. `failed`: never. `in_doubt`: the content was on its
 * way and no answer came; sending it again might send it twice.
 */
export type Outcome = {
  readonly kind: "retry" | "server" | "slow" | "failed" | "in_doubt";
  readonly reason: string;
  /** The server knows for good that this address gets nothing: 5xx to RCPT. */
  readonly isBounce?: boolean;
  /** The conversation broke off without a word, before the content was given away. */
  readonly isCut?: boolean;
};

/** Reads a failure. `handedOver`: the content had been given to the connection. */
export function outcomeOf(failure: SmtpFailure, handedOver: boolean): Outcome {
  const reason = reasonOf(failure);
  const { responseCode } = failure;
  if (responseCode === undefined) {
    if (failure.code === "EENVELOPE" || failure.code === "EMESSAGE") return { kind: "failed", reason };
    return handedOver ? { kind: "in_doubt", reason } : { kind: "server", reason, isCut: true };
  }
  // The server has answered: it did not take the mail, whatever had been on its way.
  if (isAboutUs(failure)) return { kind: "server", reason };
  if (responseCode >= 500) return { kind: "failed", reason, isBounce: /^RCPT/.test(failure.command ?? "") };
  if (wantsLess(failure)) return { kind: "slow", reason };
  return { kind: "retry", reason };
}

/** Greeting, TLS and sign-in concern every mail alike; so does "sign in first" at any later step. */
function isAboutUs({ code, command, responseCode }: SmtpFailure): boolean {
  if (code === "EAUTH" || code === "ETLS" || responseCode === 530) return true;
  return /^(CONN|EHLO|HELO|STARTTLS|AUTH)/.test(command ?? "") && responseCode !== 421;
}

/**
 * 421 closes the connection, x.7.x and the words speak of too many mails: RFC 5321, RFC 3463. Greylisting says x.7.1 as
 * well, but means one address.
 */
function wantsLess({ responseCode, response = "", command = "" }: SmtpFailure): boolean {
  if (command.startsWith("RCPT") && /gr[ae]y/i.test(response)) return false;
  if (responseCode === 451 && command.startsWith("MAIL")) return true;
  return responseCode === 421 || /\b4\.7\.\d+|rate|too many|too fast|throttl|limit exceeded/i.test(response);
}

/** The server's own words where it has said any, without line breaks and not too long. */
function reasonOf({ message, response }: SmtpFailure): string {
  return (response || message).replace(/\s+/g, " ").trim().slice(0, 500);
}
