import { type Operator, signIn } from "#bench/operator";

type Mail = { id: string; to: string; subject: string; text: string };

/** The link in the newest mail to an address: whoever runs it without SMTP reads it in the outbox. */
export async function mailedLink(operator: Operator, to: string): Promise<string> {
  const mails = await operator.all<Mail>("/api/outbox");
  const mail = mails.find((one) => one.to === to);
  const link = /https?:\/\/\S+token=[\w-]+/.exec(mail?.text ?? "")?.[0];
  if (link === undefined) throw new Error(`there is no mail with a link to ${to}`);
  return link;
}

/** Someone who accepted an invitation, signed in through the API of the node at `at`. */
export async function join(operator: Operator, to: object, at = operator.url): Promise<Operator> {
  const email = `${crypto.randomUUID()}@example.com`;
  const password = "a password of one's own";
  await operator.need("POST", "/api/invitations", { email, ...to });
  const token = new URL(await mailedLink(operator, email)).searchParams.get("token");
  const accepted = await fetch(`${operator.url}/api/invitations/accept`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, password, name: "Joined" }),
  });
  if (accepted.status !== 201) throw new Error(`the invitation was refused: ${await accepted.text()}`);
  return signIn(at, { email, password });
}
