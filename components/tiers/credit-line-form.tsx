"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const fields = ["amount", "reason"];

/** Sets how far an account's balance may fall below 0. */
export function CreditLineForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTranslations("credit");
  const form = useForm({ initialValues: { amount: account.creditLine, reason: "" } });
  const save = useApiMutation<{ amount: string; reason: string }, Account>({
    send: (body) => ({ method: "PUT", path: `/api/accounts/${account.id}/credit-line`, body }),
    invalidates: ["/api/accounts", "/api/audit-log"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ amount, reason }) =>
    save.mutate(
      { amount: amount.trim(), reason: reason.trim() },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("lineTitle", { name: account.name })}
      action={t("setLine")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput
        label={t("amount")}
        description={t("lineHelp")}
        inputMode="decimal"
        data-autofocus
        {...form.getInputProps("amount")}
      />
      <Textarea label={t("reason")} autosize minRows={2} {...form.getInputProps("reason")} />
    </FormDrawer>
  );
}
