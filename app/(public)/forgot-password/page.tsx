import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { MailLinkForm } from "#components/auth/mail-link-form";
import { site } from "../../site.ts";

export default async function ForgotPasswordPage() {
  const t = await getTranslations("auth");
  return (
    <AuthCard site={await site()} title={t("forgotForm.title")}>
      <MailLinkForm purpose="forgot" />
    </AuthCard>
  );
}
