"use client";

import { Button, PasswordInput, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PaymentMethodAnswer, PutPaymentMethod } from "#lib/payments/method-schema";
import { CodeBlock } from "../common/code-block.tsx";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./settings.module.css";

const fields = [
  "id",
  "name",
  "nameZh",
  "secret",
  "apiKey",
  "apiBase",
  "payUrl",
  "instructions",
  "currencies",
  "least",
  "most",
];

type Props = { id: string; known: PaymentMethodAnswer | undefined; onClose: () => void };

/** A way of paying: its name, its secrets (entered once, never shown again), what it takes, and where it is paid. */
export function PaymentMethodForm({ id, known, onClose }: Props) {
  const t = useTranslations("settings.payments");
  const [isRemoving, setRemoving] = useState(false);
  const isStripe = id === "stripe";
  const form = useForm({
    initialValues: {
      id,
      name: known?.name ?? (isStripe ? "Stripe" : ""),
      nameZh: known?.nameZh ?? "",
      secret: "",
      apiKey: "",
      apiBase: known?.apiBase ?? "",
      payUrl: known?.payUrl ?? "",
      instructions: known?.instructions ?? "",
      currencies: known?.currencies ?? ["USD"],
      least: known?.least ?? "0",
      most: known?.most ?? "",
      enabled: known?.enabled ?? true,
    },
  });
  const path = `/api/payment-methods/${encodeURIComponent(form.values.id)}`;
  const save = useApiMutation<PutPaymentMethod, PaymentMethodAnswer>({
    send: (body) => ({ method: "PUT", path, body }),
    invalidates: ["/api/payment-methods"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ id: _, secret, apiKey, apiBase, most, payUrl, ...rest }) =>
    save.mutate(
      {
        ...rest,
        kind: isStripe ? "stripe" : "webhook",
        payUrl: isStripe ? "" : payUrl.trim(),
        most: most.trim() === "" ? null : most.trim(),
        ...(secret === "" ? {} : { secret }),
        ...(apiKey === "" ? {} : { apiKey }),
        apiBase: isStripe && apiBase.trim() !== "" ? apiBase.trim() : null,
      },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  const webhook = `${window.location.origin}${isStripe ? "/api/webhooks/stripe" : `/api/webhooks/payments/${form.values.id || "…"}`}`;
  const kept = known === undefined ? "" : t("secretKept");
  return (
    <>
      <FormDrawer
        opened
        onClose={onClose}
        title={known?.name ?? t(isStripe ? "addStripe" : "addWebhook")}
        action={t("save")}
        onSubmit={submit}
        isBusy={save.isPending}
        problem={save.error}
        fields={fields}
      >
        {!isStripe && (
          <TextInput
            label={t("id")}
            description={t("idHelp")}
            placeholder="alipay"
            disabled={known !== undefined}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps("id")}
          />
        )}
        <div>
          <p className={classes.label}>{t("webhook")}</p>
          <CodeBlock code={webhook} label={t("webhook")} />
          <p className={classes.hint}>{t(isStripe ? "webhookHelpStripe" : "webhookHelp")}</p>
        </div>
        <TextInput label={t("name")} autoComplete="off" {...form.getInputProps("name")} />
        <TextInput label={t("nameZh")} autoComplete="off" {...form.getInputProps("nameZh")} />
        <PasswordInput
          label={t("secret")}
          description={t(isStripe ? "secretHelpStripe" : "secretHelp")}
          placeholder={kept}
          autoComplete="new-password"
          {...form.getInputProps("secret")}
        />
        {isStripe && (
          <>
            <PasswordInput
              label={t("apiKey")}
              placeholder={kept}
              autoComplete="new-password"
              {...form.getInputProps("apiKey")}
            />
            <TextInput
              label={t("apiBase")}
              description={t("apiBaseHelp")}
              placeholder="https://api.stripe.com"
              autoComplete="off"
              {...form.getInputProps("apiBase")}
            />
          </>
        )}
        {!isStripe && (
          <TextInput
            label={t("payUrl")}
            description={t("payUrlHelp")}
            placeholder="https://pay.example.com/?order={orderNo}&amount={amount}"
            autoComplete="off"
            {...form.getInputProps("payUrl")}
          />
        )}
        <Textarea
          label={t("instructions")}
          description={t("instructionsHelp")}
          autosize
          minRows={2}
          {...form.getInputProps("instructions")}
        />
        <TagsInput label={t("currencies")} {...form.getInputProps("currencies")} />
        <TextInput
          label={t("least")}
          inputMode="decimal"
          autoComplete="off"
          {...form.getInputProps("least")}
        />
        <TextInput label={t("most")} inputMode="decimal" autoComplete="off" {...form.getInputProps("most")} />
        <Switch label={t("enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
        {known !== undefined && (
          <div>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          </div>
        )}
      </FormDrawer>
      {known !== undefined && isRemoving && (
        <RemoveMethod known={known} onClose={() => setRemoving(false)} onRemoved={onClose} />
      )}
    </>
  );
}

type RemoveProps = { known: PaymentMethodAnswer; onClose: () => void; onRemoved: () => void };

function RemoveMethod({ known, onClose, onRemoved }: RemoveProps) {
  const t = useTranslations("settings.payments");
  const remove = useApiMutation<null, null>({
    send: () => ({ method: "DELETE", path: `/api/payment-methods/${known.id}` }),
    invalidates: ["/api/payment-methods"],
    onSaved: onRemoved,
  });
  return (
    <ConfirmDialog
      opened
      title={t("removeTitle", { name: known.name })}
      name={known.name}
      action={t("remove")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(null)}
      onClose={onClose}
    >
      {t("removeText")}
    </ConfirmDialog>
  );
}
