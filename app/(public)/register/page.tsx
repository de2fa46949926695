import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { MailLinkForm } from "#components/auth/mail-link-form";
import { getSignInOptions } from "#lib/api/operations/sign-in";
import { answerOf } from "../../answer.ts";
import { site } from "../../site.ts";

export default async function RegisterPage() {
  const t = await getTranslations("auth");
  const options = await answerOf<{ registration: boolean }>(getSignInOptions, "/api/auth/options");
  if (options?.registration !== true) notFound();
  return (
    <AuthCard site={await site()} title={t("registerForm.title")}>
      <MailLinkForm purpose="register" />
    </AuthCard>
  );
}
