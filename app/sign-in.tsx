import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { SignInForm } from "#components/auth/sign-in-form";
import { siteName } from "./site-name.ts";

/** Stands in for every page of the console until one has signed in. */
export async function SignIn() {
  const t = await getTranslations("auth");
  const name = await siteName();
  return (
    <AuthCard siteName={name} title={t("signInTo", { name })}>
      <SignInForm />
    </AuthCard>
  );
}
