"use client";

import { Alert, Button, Checkbox, PasswordInput, Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MailServerAnswer } from "#lib/mail/schema";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { formOfServer, type MailServerFormValues, serverBodyOf } from "./mail-server-form-values.ts";
import classes from "./outbox.module.css";

const fields = ["host", "port", "security", "username", "password", "sender", "perMinute"];
const securities = ["starttls", "tls", "opportunistic", "none"] as const;

type Props = {
  /** The server as it stands, and the ETag it was read with. */
  server: MailServerAnswer;
  etag: string | null;
  onClose: () => void;
};

/** Where mail is handed over. */
export function MailServerForm({ server, etag, onClose }: Props) {
  const t = useTranslations("mailServer");
  const [isRemoving, setRemoving] = useState(false);
  const { form, save, notice, drawer } = useResourceForm<
    MailServerFormValues,
    ReturnType<typeof serverBodyOf>,
    MailServerAnswer
  >({
    values: formOfServer(server),
    etag,
    formOf: formOfServer,
    labels: useLabels(),
    textOf: useTexts(),
    fields,
    to: { method: "PUT", path: "/api/mail-server" },
    invalidates: ["/api/mail-server", "/api/outbox"],
    onSaved: onClose,
  });
  return (
    <>
      <FormDrawer
        {...drawer}
        opened
        onClose={onClose}
        title={t("title")}
        action={t("save")}
        onSubmit={form.onSubmit((values) => save(serverBodyOf(values)))}
      >
        {notice}
        <div className={classes.pair}>
          <TextInput
            label={t("host")}
            placeholder="smtp.example.com"
            data-autofocus
            {...form.getInputProps("host")}
          />
          <TextInput label={t("port")} inputMode="numeric" {...form.getInputProps("port")} />
        </div>
        <Select
          label={t("security")}
          data={securities.map((value) => ({ value, label: t(`securities.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("security")}
        />
        {form.values.security === "none" && (
          <Alert color="yellow" variant="light">
            {t("unsafe")}
          </Alert>
        )}
        <SignInFields form={form} hasPassword={server.source === "form" && server.hasPassword} />
        <TextInput
          label={t("sender")}
          description={t("senderHelp")}
          placeholder="Acme <no-reply@example.com>"
          {...form.getInputProps("sender")}
        />
        <TextInput
          label={t("perMinute")}
          description={t("perMinuteHelp")}
          inputMode="numeric"
          {...form.getInputProps("perMinute")}
        />
        {server.source === "form" && (
          <div>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          </div>
        )}
      </FormDrawer>
      {/* Beside the form, not inside: what is confirmed here must not send that too. */}
      {isRemoving && (
        <ConfirmRemoval
          path="/api/mail-server"
          invalidates={["/api/mail-server", "/api/outbox"]}
          title={t("removeTitle")}
          name={server.host}
          action={t("removeAction")}
          onClose={() => setRemoving(false)}
          onRemoved={onClose}
        >
          {t("removeText")}
        </ConfirmRemoval>
      )}
    </>
  );
}

type Form = UseFormReturnType<MailServerFormValues>;

function SignInFields({ form, hasPassword }: { form: Form; hasPassword: boolean }) {
  const t = useTranslations("mailServer");
  return (
    <>
      <TextInput
        label={t("username")}
        description={t("usernameHelp")}
        autoComplete="off"
        {...form.getInputProps("username")}
      />
      {form.values.username.trim() !== "" && (
        <>
          <PasswordInput
            label={t("password")}
            description={t("passwordHelp")}
            placeholder={hasPassword ? t("passwordKept") : ""}
            autoComplete="new-password"
            disabled={form.values.forgetPassword}
            {...form.getInputProps("password")}
          />
          {hasPassword && (
            <Checkbox
              label={t("removePassword")}
              {...form.getInputProps("forgetPassword", { type: "checkbox" })}
            />
          )}
        </>
      )}
    </>
  );
}

function useLabels() {
  const t = useTranslations("mailServer");
  return {
    host: t("host"),
    port: t("port"),
    security: t("security"),
    username: t("username"),
    sender: t("sender"),
    perMinute: t("perMinute"),
  };
}

function useTexts() {
  const t = useTranslations("mailServer");
  return (name: string, value: unknown): string | undefined => {
    const security = name === "security" && securities.find((one) => one === value);
    return security ? t(`securities.${security}`) : undefined;
  };
}
