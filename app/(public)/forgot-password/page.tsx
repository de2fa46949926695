import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { MailLinkForm } from "#components/auth/mail-link-form";
import { siteName } from "../../site-name.ts";

export default async function ForgotPasswordPage() {
  const t = await getTranslations("auth");
  return (
    <AuthCard siteName={await siteName()} title={t("forgotForm.title")}>
      <MailLinkForm purpose="forgot" />
    </AuthCard>
  );
}
