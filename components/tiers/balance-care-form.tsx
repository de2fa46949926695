"use client";

import { Select, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { BalanceCare, UpdateBalanceCare } from "#lib/balance/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import { type CareInputs, careBody, careInputs } from "./care-values.ts";

type Props = { accountId: string; onClose: () => void };
const fields = ["lowBalance", "lowBalanceDays", "mailsStatements"];

/** When an account is told that its money runs low, and whether it is mailed its statements. */
export function BalanceCareForm(props: Props) {
  const { data } = useEdited<BalanceCare>(`/api/accounts/${props.accountId}/balance-care`);
  return data === undefined ? null : <Filled {...props} care={data.value} etag={data.etag} />;
}

type FilledProps = Props & { care: BalanceCare; etag: string | null };

function Filled({ accountId, onClose, care, etag }: FilledProps) {
  const t = useTranslations("credit");
  const { form, save, notice, drawer } = useResourceForm<CareInputs, UpdateBalanceCare, BalanceCare>({
    values: careInputs(care),
    etag,
    formOf: careInputs,
    labels: {
      lowBalance: t("lowBalance"),
      lowBalanceDays: t("lowBalanceDays"),
      mailsStatements: t("mailsStatements"),
    },
    textOf: (name, value) =>
      name === "mailsStatements" ? t(`mailed.${value as CareInputs["mailsStatements"]}`) : undefined,
    fields,
    to: { method: "PATCH", path: `/api/accounts/${accountId}/balance-care` },
    invalidates: ["/api/accounts", "/api/audit-log"],
    onSaved: onClose,
  });
  const submit = form.onSubmit((inputs) => {
    const body = careBody(inputs);
    if (body === undefined) form.setErrors({ lowBalanceDays: t("wholeDays") });
    else save(body);
  });
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={t("notices")}
      action={t("saveNotices")}
      onSubmit={submit}
    >
      {notice}
      <TextInput
        label={t("lowBalance")}
        description={t("ownHelp")}
        inputMode="decimal"
        autoComplete="off"
        placeholder={care.lowBalance === null ? care.inForce.lowBalance : undefined}
        data-autofocus
        {...form.getInputProps("lowBalance")}
      />
      <TextInput
        label={t("lowBalanceDays")}
        description={t("paceHelp")}
        inputMode="numeric"
        autoComplete="off"
        placeholder={care.lowBalanceDays === null ? String(care.inForce.lowBalanceDays) : undefined}
        {...form.getInputProps("lowBalanceDays")}
      />
      <Select
        label={t("mailsStatements")}
        data={(["inherit", "yes", "no"] as const).map((value) => ({ value, label: t(`mailed.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("mailsStatements")}
      />
    </FormDrawer>
  );
}
