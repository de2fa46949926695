import type { AddressInfo, Socket } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from "smtp-server";

/** A mail as it reached the server: headers by lower-case name, decoded enough to look into. */
export type Received = { to: string[]; from: string; raw: string; messageId: string };

/**
 * What the server answers at a step; undefined: it agrees. `cut` drops every connection without a word, `hang up` only
 * the one.
 */
type Answer = { code: number; text: string } | "cut" | "hang up" | undefined;

/** How a test's mail server behaves; each is asked anew, so that a behaviour may change over time. */
export type Behaviour = {
  onConnect?: () => Answer;
  onSender?: (from: string) => Answer | Promise<Answer>;
  onRecipient?: (to: string) => Answer;
  /** Asked when the whole content has come in. */
  onContent?: (mail: Received) => Answer | Promise<Answer>;
  user?: { name: string; password: string };
  /** Offers TLS with a certificate that nobody has signed. */
  tls?: boolean;
};

/** A real SMTP server on loopback that keeps what it took. */
export async function startTestSmtp(behaviour: Behaviour = {}) {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let secured = 0;
  const server = new SMTPServer({
    ...optionsOf(behaviour),
    onConnect(session, done) {
      connections += 1;
      reply(behaviour.onConnect?.(), done, session);
    },
    onMailFrom({ address }, session, done) {
      if (session.secure) secured += 1;
      void Promise.resolve(behaviour.onSender?.(address)).then((answer) => reply(answer, done, session));
    },
    onRcptTo({ address }, session, done) {
      reply(behaviour.onRecipient?.(address), done, session);
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const envelope = {
        from: mailFrom === false ? "" : mailFrom.address,
        to: rcptTo.map((recipient) => recipient.address),
      };
      void take(stream, envelope).then(
        async (mail) => {
          const answer = await behaviour.onContent?.(mail);
          if (answer === undefined) received.push(mail);
          reply(answer, done, session);
        },
        // The sender went away in the middle: nothing was taken.
        () => reply("hang up", done, session),
      );
    },
  });
  server.on("error", () => {});
  // The types do not say it: under the SMTP server lies a net.Server.
  server.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  function reply(
    answer: Answer,
    done: (error?: Error | null) => void,
    { remotePort }: { remotePort: number },
  ): void {
    if (answer === "cut") for (const socket of sockets) socket.destroy();
    else if (answer === "hang up") {
      for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
    } else if (answer === undefined) done();
    else done(Object.assign(new Error(answer.text), { responseCode: answer.code }));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    received,
    connections: () => connections,
    /** Connections that are open now. */
    open: () => sockets.size,
    /** Mails that were begun over an encrypted connection. */
    secured: () => secured,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function optionsOf({ user, tls = false }: Behaviour): SMTPServerOptions {
  return {
    logger: false,
    authOptional: user === undefined,
    hideSTARTTLS: !tls,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth(auth, _, done) {
      const fits = auth.username === user?.name && auth.password === user?.password;
      if (fits) done(null, { user: auth.username });
      else done(Object.assign(new Error("5.7.8 wrong user or password"), { responseCode: 535 }));
    },
  };
}

async function take(
  stream: SMTPServerDataStream,
  envelope: { from: string; to: string[] },
): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString("utf8");
  return { ...envelope, raw, messageId: /^Message-ID: (.*)$/im.exec(raw)?.[1]?.trim() ?? "" };
}
