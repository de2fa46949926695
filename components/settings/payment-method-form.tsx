"use client";

import { Button, PasswordInput, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { PaymentMethodAnswer, PutPaymentMethod } from "#lib/payments/method-schema";
import { CodeBlock } from "../common/code-block.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { formOfMethod, methodBodyOf, type PaymentMethodValues } from "./payment-method-values.ts";
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

type Props = {
  id: string;
  /** The way of paying to change, and the ETag it was read with; null makes a new one. */
  known: PaymentMethodAnswer | null;
  etag: string | null;
  onClose: () => void;
};

/** A way of paying: its name, its secrets (entered once, never shown again), what it takes, and where it is paid. */
export function PaymentMethodForm({ id, known, etag, onClose }: Props) {
  const t = useTranslations("settings.payments");
  const [isRemoving, setRemoving] = useState(false);
  const isStripe = id === "stripe";
  const { form, save, notice, drawer } = useResourceForm<
    PaymentMethodValues,
    PutPaymentMethod,
    PaymentMethodAnswer
  >({
    values: formOfMethod(known ?? undefined, id),
    etag,
    formOf: formOfMethod,
    labels: useLabels(),
    fields,
    to: (values) => ({ method: "PUT", path: `/api/payment-methods/${encodeURIComponent(values.id)}` }),
    invalidates: ["/api/payment-methods"],
    onSaved: onClose,
  });
  const webhook = `${window.location.origin}${isStripe ? "/api/webhooks/stripe" : `/api/webhooks/payments/${form.values.id || "…"}`}`;
  return (
    <>
      <FormDrawer
        {...drawer}
        opened
        onClose={onClose}
        title={known?.name ?? t(isStripe ? "addStripe" : "addWebhook")}
        action={t("save")}
        onSubmit={form.onSubmit((values) => save(methodBodyOf(values)))}
      >
        {notice}
        {!isStripe && (
          <TextInput
            label={t("id")}
            description={t("idHelp")}
            placeholder="alipay"
            disabled={known !== null}
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
        <SecretFields form={form} isKept={known !== null} isStripe={isStripe} />
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
        <AmountFields form={form} />
        <Switch label={t("enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
        {known !== null && (
          <div>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          </div>
        )}
      </FormDrawer>
      {known !== null && isRemoving && (
        <ConfirmRemoval
          path={`/api/payment-methods/${known.id}`}
          invalidates={["/api/payment-methods"]}
          title={t("removeTitle", { name: known.name })}
          name={known.name}
          action={t("remove")}
          onClose={() => setRemoving(false)}
          onRemoved={onClose}
        >
          {t("removeText")}
        </ConfirmRemoval>
      )}
    </>
  );
}

type Form = UseFormReturnType<PaymentMethodValues>;

function SecretFields({ form, isKept, isStripe }: { form: Form; isKept: boolean; isStripe: boolean }) {
  const t = useTranslations("settings.payments");
  const kept = isKept ? t("secretKept") : "";
  return (
    <>
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
    </>
  );
}

/** In what it is paid, and how much at a time. */
function AmountFields({ form }: { form: Form }) {
  const t = useTranslations("settings.payments");
  return (
    <>
      <TagsInput label={t("currencies")} {...form.getInputProps("currencies")} />
      <TextInput label={t("least")} inputMode="decimal" autoComplete="off" {...form.getInputProps("least")} />
      <TextInput label={t("most")} inputMode="decimal" autoComplete="off" {...form.getInputProps("most")} />
    </>
  );
}

function useLabels() {
  const t = useTranslations("settings.payments");
  return {
    name: t("name"),
    nameZh: t("nameZh"),
    apiBase: t("apiBase"),
    payUrl: t("payUrl"),
    instructions: t("instructions"),
    currencies: t("currencies"),
    least: t("least"),
    most: t("most"),
    enabled: t("enabled"),
  };
}
