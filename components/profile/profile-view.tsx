"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { Identities } from "./identities.tsx";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import classes from "./profile.module.css";
import { SecondFactor } from "./second-factor.tsx";
import { Section } from "./section.tsx";
import { SignIns } from "./sign-ins.tsx";
import { Tokens } from "./tokens.tsx";

/** What one says of oneself, and how one gets in. */
export function ProfileView({ announcements }: { announcements: ReactNode }) {
  const t = useTranslations("profile");
  const mayHaveTokens = useCan("tokens.write");
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        <Section title={t("about")}>
          <NameForm />
        </Section>
        <Section title={t("password")}>
          <PasswordForm />
        </Section>
        <Section title={t("secondFactor")}>
          <SecondFactor />
        </Section>
        <Identities />
        <Section title={t("signIns")}>
          <SignIns />
        </Section>
        <Section title={t("announcements")}>{announcements}</Section>
        {mayHaveTokens && (
          <Section title={t("tokens")}>
            <Tokens />
          </Section>
        )}
      </div>
    </>
  );
}

/** Stands in for every page while a setting asks for a second factor that one does not have yet. */
export function EnrolView() {
  const t = useTranslations("profile");
  return (
    <>
      <PageHeader title={t("enrolTitle")} />
      <div className={classes.page}>
        <Section title={t("secondFactor")}>
          <p className={classes.text}>{t("enrolText")}</p>
          <SecondFactor />
        </Section>
      </div>
    </>
  );
}
