import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { LinkClosed, ResetPasswordForm } from "#components/auth/link-forms";
import { readPasswordReset } from "#lib/api/operations/sign-in";
import { answerOf } from "../../answer.ts";
import { pick, type SearchParams } from "../../search-params.ts";
import { site } from "../../site.ts";

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const t = await getTranslations("auth");
  const token = (await pick(searchParams, ["token"])).token ?? "";
  const path = `/api/auth/reset-password?token=${encodeURIComponent(token)}`;
  const link = await answerOf<{ email: string }>(readPasswordReset, path);
  const form = link && <ResetPasswordForm token={token} email={link.email} />;
  const title = t("resetTitle");
  const card = { site: await site(), title };
  return <AuthCard {...card}>{form ?? <LinkClosed again="/forgot-password" />}</AuthCard>;
}
