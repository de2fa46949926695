"use client";

import { Alert, Button, Checkbox, PasswordInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { MailServerAnswer } from "#lib/mail/schema";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { formOfServer, type MailServerFormValues, serverBodyOf } from "./mail-server-form-values.ts";
import classes from "./outbox.module.css";

const fields = ["host", "port", "security", "username", "password", "sender", "perMinute"];
const securities = ["starttls", "tls", "opportunistic", "none"] as const;

/** Where mail is handed over. */
export function MailServerForm({ server, onClose }: { server: MailServerAnswer; onClose: () => void }) {
  const t = useTranslations("mailServer");
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm<MailServerFormValues>({ initialValues: formOfServer(server) });
  const save = useApiMutation<MailServerFormValues, MailServerAnswer>({
    send: (values) => ({ method: "PUT", path: "/api/mail-server", body: serverBodyOf(values) }),
    invalidates: ["/api/mail-server", "/api/outbox"],
    onSaved: onClose,
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) }),
  );
  return (
    <>
      <FormDrawer
        opened
        onClose={onClose}
        title={t("title")}
        action={t("save")}
        onSubmit={submit}
        isBusy={save.isPending}
        problem={save.error}
        fields={fields}
      >
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
        <RemoveServer host={server.host} onClose={() => setRemoving(false)} onRemoved={onClose} />
      )}
    </>
  );
}

type Form = ReturnType<typeof useForm<MailServerFormValues>>;

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

type RemoveProps = { host: string; onClose: () => void; onRemoved: () => void };

function RemoveServer({ host, onClose, onRemoved }: RemoveProps) {
  const t = useTranslations("mailServer");
  const remove = useApiMutation<null, null>({
    send: () => ({ method: "DELETE", path: "/api/mail-server" }),
    invalidates: ["/api/mail-server", "/api/outbox"],
    onSaved: onRemoved,
  });
  return (
    <ConfirmDialog
      opened
      title={t("removeTitle")}
      name={host}
      action={t("removeAction")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(null)}
      onClose={onClose}
    >
      {t("removeText")}
    </ConfirmDialog>
  );
}
