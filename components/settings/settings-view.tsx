"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { editedQuery } from "#lib/api/queries";
import type { Settings } from "#lib/settings/schema";
import { ErrorState } from "../common/error-state.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { IncidentsSection } from "./incidents-section.tsx";
import { LimitServerSection } from "./limit-server-section.tsx";
import { PaymentMethodsSection } from "./payment-methods-section.tsx";
import { ProvidersSection } from "./providers-section.tsx";
import classes from "./settings.module.css";
import { SettingsForm } from "./settings-form.tsx";
import { SitePasswordSection } from "./site-password-section.tsx";

/** What an owner sets once and looks up later: the gateway's face, days and money, rules of the gateway. */
export function SettingsView() {
  const t = useTranslations("settings");
  const edited = useQuery(editedQuery<Settings>("/api/settings"));
  const mayWrite = useCan("settings.write");
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        {edited.data === undefined && edited.error !== null && (
          <ErrorState error={edited.error} onRetry={() => void edited.refetch()} />
        )}
        {!mayWrite && <p className={classes.note}>{t("readOnly")}</p>}
        {edited.data !== undefined && (
          // Once saved it is read again, and the form starts anew from that.
          <SettingsForm
            key={edited.data.etag}
            settings={edited.data.value}
            etag={edited.data.etag}
            mayWrite={mayWrite}
            onSaved={() => void edited.refetch()}
          />
        )}
        {mayWrite && <PaymentMethodsSection />}
        {mayWrite && edited.data !== undefined && (
          <IncidentsSection
            key={`incidents ${edited.data.etag}`}
            settings={edited.data.value}
            etag={edited.data.etag}
            onSaved={() => void edited.refetch()}
          />
        )}
        {mayWrite && <ProvidersSection />}
        {mayWrite && <SitePasswordSection />}
        {mayWrite && <LimitServerSection />}
      </div>
    </>
  );
}
