import type { MailServerAnswer, PutMailServer } from "#lib/mail/schema";

/** The form's fields as people type them. */
export type MailServerFormValues = {
  host: string;
  port: string;
  security: PutMailServer["security"];
  username: string;
  password: string;
  forgetPassword: boolean;
  sender: string;
  perMinute: string;
};

/** What the form begins with: the server as it stands; a new one as most are. */
export function formOfServer(server: MailServerAnswer): MailServerFormValues {
  const isNew = server.source === "none";
  return {
    host: server.host,
    port: isNew ? "587" : String(server.port ?? ""),
    security: server.security,
    username: server.username,
    password: "",
    forgetPassword: false,
    sender: server.sender,
    perMinute: server.perMinute === null ? "" : String(server.perMinute),
  };
}

/** The body that the form means. What is no number goes as it is typed: the server says what is expected. */
export function serverBodyOf(values: MailServerFormValues): Record<string, unknown> {
  const { host, security, username, password, forgetPassword, sender, perMinute } = values;
  return {
    host: host.trim(),
    port: numberOr(values.port),
    security,
    username: username.trim(),
    sender: sender.trim(),
    perMinute: perMinute.trim() === "" ? null : numberOr(perMinute),
    ...(password !== "" ? { password } : forgetPassword || username.trim() === "" ? { password: null } : {}),
  };
}

function numberOr(text: string): number | string {
  const trimmed = text.trim();
  return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
}
