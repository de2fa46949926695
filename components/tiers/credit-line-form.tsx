"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";

type Props = { accountId: string; onClose: () => void };
type Values = { amount: string; reason: string };
const fields = ["amount", "reason"];

/** Sets how far an account's balance may fall below 0. */
export function CreditLineForm(props: Props) {
  const { data } = useEdited<Account>(`/api/accounts/${props.accountId}`);
  return data === undefined ? null : <Filled {...props} account={data.value} etag={data.etag} />;
}

type FilledProps = Props & { account: Account; etag: string | null };

function Filled({ accountId, onClose, account, etag }: FilledProps) {
  const t = useTranslations("credit");
  const { form, save, notice, drawer } = useResourceForm<Values, Values, Account>({
    values: formOf(account),
    etag,
    formOf,
    labels: { amount: t("amount") },
    fields,
    to: { method: "PUT", path: `/api/accounts/${accountId}/credit-line` },
    invalidates: ["/api/accounts", "/api/audit-log"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ amount, reason }) =>
    save({ amount: amount.trim(), reason: reason.trim() }),
  );
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t("lineTitle", { name: account.name })}
      action={t("setLine")}
      onSubmit={submit}
    >
      {notice}
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

/** The reason is this change's own, and nobody else's. */
function formOf({ creditLine }: Account): Values {
  return { amount: creditLine, reason: "" };
}
