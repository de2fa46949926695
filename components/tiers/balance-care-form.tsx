"use client";

import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { balanceCareQuery } from "#lib/api/queries";
import type { BalanceCare, UpdateBalanceCare } from "#lib/balance/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { careBody, careInputs } from "./care-values.ts";

type Props = { accountId: string; onClose: () => void };
const fields = ["lowBalance", "lowBalanceDays", "mailsStatements"];

/** When an account is told that its money runs low, and whether it is mailed its statements. */
export function BalanceCareForm(props: Props) {
  const { data } = useQuery(balanceCareQuery(props.accountId));
  return data === undefined ? null : <Filled {...props} care={data} />;
}

function Filled({ accountId, onClose, care }: Props & { care: BalanceCare }) {
  const t = useTranslations("credit");
  const form = useForm({ initialValues: careInputs(care) });
  const save = useApiMutation<UpdateBalanceCare, BalanceCare>({
    send: (body) => ({ method: "PATCH", path: `/api/accounts/${accountId}/balance-care`, body }),
    invalidates: ["/api/accounts", "/api/audit-log"],
    onSaved: onClose,
  });
  const submit = form.onSubmit((inputs) => {
    const body = careBody(inputs);
    if (body === undefined) return form.setErrors({ lowBalanceDays: t("wholeDays") });
    save.mutate(body, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) });
  });
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("notices")}
      action={t("saveNotices")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
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
