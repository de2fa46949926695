"use client";

import { Alert, Button } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Settings, UpdateSettings } from "#lib/settings/schema";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";
import { BalancesSection } from "./balances-section.tsx";
import { BrandSection } from "./brand-section.tsx";
import { DisplaySection } from "./display-section.tsx";
import { GatewaySection } from "./gateway-section.tsx";
import { LogsSection } from "./logs-section.tsx";
import { MailsSection } from "./mails-section.tsx";
import { PeopleSection } from "./people-section.tsx";
import { RoutingSection } from "./routing-section.tsx";
import classes from "./settings.module.css";
import { changedSettings, type FormSettings, formNames, formOfSettings } from "./settings-values.ts";

type Props = { settings: Settings; etag: string | null; mayWrite: boolean; onSaved: () => void };
export type SettingsInputs = ReturnType<typeof useForm<FormSettings>>;

/** All settings in one form; only what was changed is sent, and a change by someone else meanwhile is shown. */
export function SettingsForm({ settings, etag, mayWrite, onSaved }: Props) {
  const t = useTranslations("settings");
  const router = useRouter();
  const saved = formOfSettings(settings);
  const form = useForm<FormSettings>({ initialValues: saved });
  const conflict = useEditConflict<FormSettings>({
    base: saved,
    etag,
    formOf: formOfSettings,
    labels: useLabels(),
    getValues: () => form.values,
    setValues: form.setValues,
  });
  const save = useApiMutation<UpdateSettings, Settings>({
    send: (body) => ({ method: "PATCH", path: "/api/settings", body, ifMatch: conflict.etag }),
    invalidates: ["/api/settings", "/api/me"],
    onSaved: () => {
      onSaved();
      notifications.show({ message: t("saved") });
      router.refresh();
    },
  });
  const changes = changedSettings(saved, form.values);
  const submit = form.onSubmit(() =>
    save.mutate(changes, {
      onError: (problem) => {
        if (!conflict.take(problem))
          form.setErrors(inputErrors(fieldErrors(problem, Object.values(formNames))));
      },
    }),
  );
  const isChanged = Object.keys(changes).length > 0;
  return (
    <form onSubmit={submit} noValidate className={classes.form}>
      {conflict.notice}
      {save.error !== null && save.error.code !== "stale" && Object.keys(save.error.fields).length === 0 && (
        <Alert color="red" variant="light" role="alert">
          {save.error.message}
        </Alert>
      )}
      <fieldset disabled={!mayWrite} className={classes.all}>
        <BrandSection form={form} />
        <DisplaySection form={form} />
        <GatewaySection form={form} />
        <RoutingSection form={form} />
        <LogsSection form={form} />
        <BalancesSection form={form} />
        <PeopleSection form={form} />
        <MailsSection form={form} />
      </fieldset>
      {mayWrite && isChanged && (
        <div className={classes.foot}>
          <span>{t("unsaved")}</span>
          <Button variant="default" onClick={() => form.setValues(saved)}>
            {t("reset")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("save")}
          </Button>
        </div>
      )}
    </form>
  );
}

/** Errors by setting ("site.name") as errors by input ("name"). */
function inputErrors(errors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(formNames).flatMap(([input, setting]) => {
      const message = errors[setting];
      return message === undefined ? [] : [[input, message]];
    }),
  );
}

function useLabels() {
  const t = useTranslations("settings");
  return {
    name: t("name"),
    accent: t("accent"),
    header: t("header"),
    footer: t("footer"),
    timeZone: t("timeZone"),
    currency: t("currency"),
    allowPrivate: t("allowPrivate"),
    cutStreams: t("cutStreams"),
    sticky: t("sticky"),
    latencyAware: t("latencyAware"),
    costAware: t("costAware"),
    retentionDays: t("retentionDays"),
    rollupDays: t("rollupDays"),
    addressDays: t("addressDays"),
    requireTotp: t("requireTotp"),
    mailNear: t("mailNear"),
    resendInDoubt: t("resendInDoubt"),
    expireHours: t("expireHours"),
    rateDays: t("rateDays"),
    lowBalance: t("lowBalance"),
    lowBalanceDays: t("lowBalanceDays"),
    mailsStatements: t("mailsStatements"),
    unconfirmedDays: t("unconfirmedDays"),
    registration: t("registration"),
    mailUnfamiliar: t("mailUnfamiliar"),
  };
}
