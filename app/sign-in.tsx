import { getTranslations } from "next-intl/server";
import { AuthCard } from "#components/auth/auth-card";
import type { SignInProvider } from "#components/auth/provider-buttons";
import { SignInForm } from "#components/auth/sign-in-page";
import { getSignInOptions } from "#lib/api/operations/sign-in";
import { answerOf } from "./answer.ts";
import { site } from "./site.ts";

type Options = { registration: boolean; providers: SignInProvider[]; awaitsCode: boolean };

/** Stands in for every page of the console until one has signed in. */
export async function SignIn() {
  const t = await getTranslations("auth");
  const own = await site();
  const options = await answerOf<Options>(getSignInOptions, "/api/auth/options");
  return (
    <AuthCard site={own} title={t("signInTo", { name: own.name })}>
      <SignInForm
        mayRegister={options?.registration === true}
        providers={options?.providers ?? []}
        awaitsCode={options?.awaitsCode === true}
      />
    </AuthCard>
  );
}
