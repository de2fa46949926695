"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import type { BonusCredit } from "#lib/bonus/schema";
import { momentOf } from "../common/local-moment.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

const fields = ["amount", "expiresAt", "note"];

/** Gives an account credit, for good or until it expires. */
export function GiftForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTranslations("credit");
  const form = useForm({ initialValues: { amount: "", expiresAt: "", note: "" } });
  const save = useApiMutation<Record<string, unknown>, BonusCredit>({
    send: (body) => ({ method: "POST", path: `/api/accounts/${account.id}/gifts`, body }),
    invalidates: ["/api/accounts", "/api/ledger", "/api/audit-log"],
    idempotent: true,
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ amount, expiresAt, note }) =>
    save.mutate(
      { amount: amount.trim(), expiresAt: momentOf(expiresAt), note: note.trim() },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("giftTitle", { name: account.name })}
      action={t("give")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <TextInput label={t("amount")} inputMode="decimal" data-autofocus {...form.getInputProps("amount")} />
      <TextInput
        type="datetime-local"
        label={t("expiresAt")}
        description={t("expiresHelp")}
        {...form.getInputProps("expiresAt")}
      />
      <Textarea
        label={t("note")}
        description={t("noteHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("note")}
      />
    </FormDrawer>
  );
}
