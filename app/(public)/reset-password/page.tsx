import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { LinkClosed, ResetPasswordForm } from "#components/auth/link-forms";
import { readPasswordReset } from "#lib/api/operations/sign-in";
import { answerOf } from "../../answer.ts";
import { pick, type SearchParams } from "../../search-params.ts";
import { siteName } from "../../site-name.ts";

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await pick(searchParams, ["token"])).token ?? "";
  const path = `/api/auth/reset-password?token=${encodeURIComponent(token)}`;
  const link = await answerOf<{ email: string }>(readPasswordReset, path);
  return (
    <AuthCard siteName={await siteName()} title={(await getTranslations("auth"))("resetTitle")}>
      {link ? (
        <ResetPasswordForm token={token} email={link.email} />
      ) : (
        <LinkClosed again="/forgot-password" />
      )}
    </AuthCard>
  );
}
