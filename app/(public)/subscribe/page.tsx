import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { SubscribeForm } from "#components/subscribers/subscribe-form";
import { site } from "../../site.ts";
import { followOptions } from "../../subscription.ts";

export const generateMetadata = async () => ({ title: (await getTranslations("subscription"))("formTitle") });

export default async function SubscribePage() {
  const [own, options, t] = await Promise.all([site(), followOptions(), getTranslations("subscription")]);
  return (
    <AuthCard site={own} title={t("formTitle")}>
      <SubscribeForm options={options} />
    </AuthCard>
  );
}
