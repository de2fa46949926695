import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { SitePasswordForm } from "#components/site/site-password-form";
import { site } from "../../site.ts";

export default async function SitePasswordPage() {
  const t = await getTranslations("site");
  return (
    <AuthCard site={await site()} title={t("passwordTitle")}>
      <SitePasswordForm />
    </AuthCard>
  );
}
