import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import { SignInForm } from "#components/auth/sign-in-form";
import { getSignInOptions } from "#lib/api/operations/sign-in";
import { answerOf } from "./answer.ts";
import { siteName } from "./site-name.ts";

/** Stands in for every page of the console until one has signed in. */
export async function SignIn() {
  const t = await getTranslations("auth");
  const name = await siteName();
  const options = await answerOf<{ registration: boolean }>(getSignInOptions, "/api/auth/options");
  return (
    <AuthCard siteName={name} title={t("signInTo", { name })}>
      <SignInForm mayRegister={options?.registration === true} />
    </AuthCard>
  );
}
