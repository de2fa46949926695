/** How a connection to a mail server is kept from others' eyes. */
export const securities = ["tls", "starttls", "opportunistic", "none"] as const;
export type Security = (typeof securities)[number];

/** Everything that is needed to hand a mail over. `sender` as in a From header: "Tollgate <no-reply@example.com>". */
export type MailServerConfig = {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly username: string;
  readonly password: string;
  readonly sender: string;
  /** Most mails a minute over all nodes; null: as many as the server takes. */
  readonly perMinute: number | null;
};

type Site = { readonly name: string; readonly publicUrl: string | undefined };

/**
 * Reads SMTP_URL: `smtp://user:password@host:port` (587, TLS once the server offers it) or `smtps://` (465, TLS from the
 * first byte). In its query `requireTLS=true` insists on TLS, `ignoreTLS=true` does without, `from=` names the sender.
 */
export function serverFromUrl(text: string, site: Site): MailServerConfig {
  const url = new URL(text);
  const isTls = url.protocol === "smtps:";
  const wishes = url.searchParams;
  const username = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (isTls ? 465 : 587) : Number(url.port),
    security: isTls
      ? "tls"
      : wishes.get("requireTLS") === "true"
        ? "starttls"
        : wishes.get("ignoreTLS") === "true"
          ? "none"
          : "opportunistic",
    username,
    password: decodeURIComponent(url.password),
    sender: wishes.get("from") ?? defaultSender(username, site),
    perMinute: null,
  };
}

/** Who mails come from until someone says so: the mailbox that we sign in with, else no-reply at the site's host. */
export function defaultSender(username: string, { name, publicUrl }: Site): string {
  const host = publicUrl === undefined ? "localhost" : new URL(publicUrl).hostname;
  const address = username.includes("@") ? username : `no-reply@${host}`;
  return `${JSON.stringify(name)} <${address}>`;
}

/** Whether what is sent to a host never leaves this machine, so that nobody's certificate needs to be checked. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
