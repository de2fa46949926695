"use client";

import { Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { CreateRecharge, Recharge } from "#lib/recharges/schema";
import { SearchSelect } from "../common/search-select.tsx";
import { findAccounts } from "../shell/find-options.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./recharges.module.css";

const fields = ["accountId", "amount", "currency", "method", "orderNo", "note"];

/** Records a payment that arrived outside: `manual` is credited at once, all else waits. */
export function RecordRecharge({ onClose }: { onClose: () => void }) {
  const t = useTranslations("recharges");
  const form = useForm({
    initialValues: { accountId: "", amount: "", currency: "USD", method: "manual", orderNo: "", note: "" },
  });
  const save = useApiMutation<CreateRecharge, Recharge>({
    send: (body) => ({ method: "POST", path: "/api/recharges", body }),
    invalidates: ["/api/accounts", "/api/recharges"],
    idempotent: true,
    onSaved: ({ status }) => {
      notifications.show({ color: "green", message: t(`done.${status}`) });
      onClose();
    },
  });
  const submit = form.onSubmit((values) =>
    save.mutate(values, { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) }),
  );
  const { accountId: error } = form.errors;
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("record")}
      action={t("record")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <SearchSelect
        label={t("account")}
        cacheName="accounts"
        load={findAccounts}
        value={form.values.accountId || null}
        onChange={(id) => form.setFieldValue("accountId", id ?? "")}
        data-autofocus
        {...(error === undefined ? {} : { error })}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("amount")}
          inputMode="decimal"
          autoComplete="off"
          {...form.getInputProps("amount")}
        />
        <TextInput label={t("currency")} autoComplete="off" {...form.getInputProps("currency")} />
      </div>
      <TextInput
        label={t("method")}
        description={t("methodHelp")}
        autoComplete="off"
        {...form.getInputProps("method")}
      />
      <TextInput label={t("orderNo")} autoComplete="off" {...form.getInputProps("orderNo")} />
      <Textarea label={t("note")} autosize minRows={2} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}
