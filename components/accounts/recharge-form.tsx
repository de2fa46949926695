"use client";

import { Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { Account } from "#lib/accounts/schema";
import type { CreateRecharge, Recharge } from "#lib/recharges/schema";
import { moneyText } from "../common/format-money.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./accounts.module.css";
import { makeOrderNo } from "./order-number.ts";

const fields = ["amount", "currency", "orderNo", "note"];

/** Records a payment that arrived outside; it is credited at once, and once per order number. */
export function RechargeForm({ account, onClose }: { account: Account; onClose: () => void }) {
  const t = useTranslations("recharge");
  const form = useForm({
    initialValues: { amount: "", currency: "USD", orderNo: makeOrderNo(new Date(), Math.random), note: "" },
  });
  const save = useApiMutation<CreateRecharge, Recharge>({
    send: (body) => ({ method: "POST", path: "/api/recharges", body }),
    invalidates: ["/api/accounts", "/api/recharges"],
    idempotent: true,
    onSaved: ({ credit }) => {
      notifications.show({
        color: "green",
        message: t("credited", { amount: moneyText(credit), name: account.name }),
      });
      onClose();
    },
  });
  const submit = form.onSubmit(({ amount, currency, orderNo, note }) =>
    save.mutate(
      {
        accountId: account.id,
        amount: amount.trim(),
        currency,
        method: "manual",
        orderNo: orderNo.trim(),
        ...(note.trim() === "" ? {} : { note: note.trim() }),
      },
      {
        onError: (problem) =>
          form.setErrors(placed(problem.code, problem.message) ?? fieldErrors(problem, fields)),
      },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("title", { name: account.name })}
      action={t("action")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error?.code === "order_exists" ? null : save.error}
      fields={fields}
    >
      <div className={classes.pair}>
        <TextInput
          label={t("amount")}
          inputMode="decimal"
          placeholder="100.00"
          data-autofocus
          autoComplete="off"
          {...form.getInputProps("amount")}
        />
        <Select
          label={t("currency")}
          data={["USD", "CNY"]}
          allowDeselect={false}
          {...form.getInputProps("currency")}
        />
      </div>
      {form.values.currency !== "USD" && <p className={classes.hint}>{t("rateHelp")}</p>}
      <TextInput
        label={t("orderNo")}
        description={t("orderNoHelp")}
        autoComplete="off"
        {...form.getInputProps("orderNo")}
      />
      <Textarea label={t("note")} autosize minRows={2} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}

/** A refusal that names no field but belongs to one. */
function placed(code: string, message: string): Record<string, string> | undefined {
  return code === "order_exists" ? { orderNo: message } : undefined;
}
