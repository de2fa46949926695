import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import type { SignInProvider } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { open, seal } from "#lib/secrets/live";
import { findUserById } from "#lib/users/store";
import { issuerOf, issuerProblem } from "./issuer.ts";
import type { OpenProvider } from "./provider.ts";
import { type Identity, type Provider, type ProviderId, type PutProvider, providerIds } from "./schema.ts";
import {
  findProvider,
  listIdentities,
  listProviders,
  removeIdentity,
  removeProvider,
  writeProvider,
} from "./store.ts";

/** Every provider that was entered; `base`: where people reach the console. */
export async function getProviders(base: string): Promise<Provider[]> {
  return (await listProviders()).map((row) => toProvider(row, base));
}

/** One of them. Throws 404. */
export async function getProvider(id: ProviderId, base: string): Promise<Provider> {
  const row = await findProvider(id);
  if (row === undefined) throw notFound("sign-in provider");
  return toProvider(row, base);
}

/** What the sign-in page offers. */
export async function enabledProviders(): Promise<{ id: ProviderId; name: string }[]> {
  return (await listProviders())
    .filter(({ isEnabled }) => isEnabled)
    .map(({ id, name }) => ({ id: providerId(id), name }));
}

/** An enabled provider with its secret; undefined: nobody signs in that way. */
export async function openProvider(id: ProviderId): Promise<OpenProvider | undefined> {
  const row = await findProvider(id);
  if (row === undefined || !row.isEnabled) return undefined;
  const { name, issuer, clientId, clientSecret } = row;
  return { id, name, issuer, clientId, clientSecret: open(clientSecret, "sign-in.secret") };
}

/**
 * Enters a provider, or changes it. Throws 422: the secret is asked for again when the issuer or the client is
 * another, so that who may edit this could not have it sent to a place of his own.
 */
export async function putProvider(
  actor: Actor,
  id: ProviderId,
  body: PutProvider,
  base: string,
): Promise<Provider> {
  const issuer = issuerOf(id, body.issuer);
  const problem = issuer === "" ? "required" : issuerProblem(issuer);
  if (problem !== undefined) throw invalidFields({ issuer: problem });
  return inTransaction(async (tx) => {
    const before = await findProvider(id, tx);
    const after = await writeProvider(tx, id, {
      name: body.name ?? defaultName(id, issuer),
      issuer,
      clientId: body.clientId,
      clientSecret: secretOf(before, body, issuer),
      isEnabled: body.enabled,
    });
    await audit(tx, actor, {
      action: "sign-in-provider.update",
      targetType: "sign-in-provider",
      targetId: id,
      before: before && shown(before),
      after: { ...shown(after), ...(body.clientSecret === undefined ? {} : { hasNewSecret: true }) },
    });
    return toProvider(after, base);
  });
}

/** Nobody signs in that way any more; who was linked stays so, in case it comes back. Throws 404. */
export async function deleteProvider(actor: Actor, id: ProviderId): Promise<void> {
  await inTransaction(async (tx) => {
    const before = await findProvider(id, tx);
    if (before === undefined || !(await removeProvider(tx, id))) throw notFound("sign-in provider");
    const target = { targetType: "sign-in-provider", targetId: id };
    await audit(tx, actor, { action: "sign-in-provider.delete", ...target, before: shown(before) });
  });
}

/** With what else one signs in. */
export async function getIdentities(userId: string): Promise<Identity[]> {
  const names = new Map((await listProviders()).map(({ id, name }) => [id, name]));
  return (await listIdentities(userId)).map((row) => ({
    id: row.id,
    provider: providerId(row.provider),
    providerName: names.get(row.provider) ?? defaultName(providerId(row.provider), row.issuer),
    email: row.email,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}

/** Unlinks one of one's own. Throws 404, and 409 `last_way_in` for somebody without a password. */
export async function unlink(actor: Actor, id: string, base: string): Promise<void> {
  await loadLayout();
  await inTransaction(async (tx) => {
    const removed = await removeIdentity(tx, actor.id, id);
    if (removed === undefined) throw notFound("linked sign-in");
    const user = await findUserById(actor.id, tx);
    if (user === undefined) throw notFound("user");
    if (user.passwordHash === "" && (await listIdentities(actor.id, tx)).length === 0) throw lastWayIn();
    const { provider, issuer, email } = removed;
    await audit(tx, actor, {
      action: "identity.unlink",
      targetType: "user",
      targetId: actor.id,
      before: { provider, issuer, email },
    });
    const name =
      (await findProvider(providerId(provider), tx))?.name ?? defaultName(providerId(provider), issuer);
    await queueMail(tx, {
      to: user.email,
      template: "security-notice",
      data: {
        what: "provider-unlinked",
        at: new Date().toISOString(),
        ip: actor.ip,
        provider: [name, email].filter((part) => part !== null).join(" · "),
        link: `${base}/profile`,
      },
      locale: user.locale ?? "en",
    });
  });
}

function secretOf(before: SignInProvider | undefined, body: PutProvider, issuer: string) {
  if (body.clientSecret !== undefined) return seal(body.clientSecret, "sign-in.secret");
  if (before === undefined) throw invalidFields({ clientSecret: "required" });
  if (before.issuer !== issuer || before.clientId !== body.clientId) {
    throw invalidFields({ clientSecret: "another address or client needs the secret again" });
  }
  return Uint8Array.from(before.clientSecret);
}

function toProvider(row: SignInProvider, base: string): Provider {
  const { name, issuer, clientId, isEnabled, updatedAt } = row;
  const id = providerId(row.id);
  return {
    id,
    name,
    issuer,
    clientId,
    enabled: isEnabled,
    callbackUrl: `${base}/api/auth/callback/${id}`,
    updatedAt: updatedAt.toISOString(),
  };
}

function shown({ name, issuer, clientId, isEnabled }: SignInProvider) {
  return { name, issuer, clientId, enabled: isEnabled };
}

function defaultName(id: ProviderId, issuer: string): string {
  if (id === "github") return "GitHub";
  return id === "google" ? "Google" : (URL.parse(issuer)?.host ?? "OpenID Connect");
}

/** A check constraint keeps others out. */
function providerId(text: string): ProviderId {
  return providerIds.find((id) => id === text) ?? "oidc";
}

function lastWayIn(): AppError {
  return new AppError({
    code: "last_way_in",
    status: 409,
    message: "You have no password: this is your only way in. Set a password first, by mail.",
  });
}
