"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { BalanceCare, UpdateBalanceCare } from "#lib/balance/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";
import { useEdited } from "../shell/use-edited.ts";
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
  const form = useForm<CareInputs>({ initialValues: careInputs(care) });
  const conflict = useEditConflict<CareInputs>({
    base: careInputs(care),
    etag,
    formOf: careInputs,
    labels: {
      lowBalance: t("lowBalance"),
      lowBalanceDays: t("lowBalanceDays"),
      mailsStatements: t("mailsStatements"),
    },
    getValues: () => form.values,
    setValues: form.setValues,
    textOf: (name, value) =>
      name === "mailsStatements" ? t(`mailed.${value as CareInputs["mailsStatements"]}`) : undefined,
  });
  const save = useApiMutation<UpdateBalanceCare, BalanceCare>({
    send: (body) => ({
      method: "PATCH",
      path: `/api/accounts/${accountId}/balance-care`,
      body,
      ifMatch: conflict.etag,
    }),
    invalidates: ["/api/accounts", "/api/audit-log"],
    onSaved: onClose,
  });
  const submit = form.onSubmit((inputs) => {
    const body = careBody(inputs);
    if (body === undefined) return form.setErrors({ lowBalanceDays: t("wholeDays") });
    save.mutate(body, {
      onError: (problem) => conflict.take(problem) || form.setErrors(fieldErrors(problem, fields)),
    });
  });
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("notices")}
      action={t("saveNotices")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error?.code === "stale" ? null : save.error}
      fields={fields}
    >
      {conflict.notice}
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
