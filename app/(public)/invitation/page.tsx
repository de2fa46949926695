import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { AcceptInvitationForm, LinkClosed } from "#components/auth/link-forms";
import { readInvitationOperation } from "#lib/api/operations/invitations";
import type { OpenInvitation } from "#lib/invitations/schema";
import { answerOf } from "../../answer.ts";
import { pick, type SearchParams } from "../../search-params.ts";
import { site } from "../../site.ts";

export default async function InvitationPage({ searchParams }: { searchParams: SearchParams }) {
  const [own, token] = [await site(), (await pick(searchParams, ["token"])).token ?? ""];
  const path = `/api/invitations/accept?token=${encodeURIComponent(token)}`;
  const invitation = await answerOf<OpenInvitation>(readInvitationOperation, path);
  return (
    <AuthCard site={own} title={(await getTranslations("auth"))("inviteTitle", { name: own.name })}>
      {invitation ? <AcceptInvitationForm token={token} invitation={invitation} /> : <LinkClosed />}
    </AuthCard>
  );
}
