"use client";

import { Alert, Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paymentMethodsQuery } from "#lib/api/queries";
import type { Recharge } from "#lib/recharges/schema";
import { ErrorState } from "../common/error-state.tsx";
import { moneyText } from "../common/format-money.ts";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { OwnRecharges } from "./own-recharges.tsx";
import classes from "./recharges.module.css";

type Props = {
  accountId: string;
  low: ReactNode;
  tiers: ReactNode;
  statements: ReactNode;
  notices: ReactNode;
};

/**
 * A customer's page of money in: how to pay, a code, what became of each payment, and what to do when one is not there.
 * From other features: `low`, that money is needed; `tiers`, what paying earns; `statements`, the months behind;
 * `notices`, what is told of the balance.
 */
export function CustomerRechargeView({ accountId, low, tiers, statements, notices }: Props) {
  const t = useTranslations("recharges");
  const mayPay = useCan("payments.write");
  return (
    <>
      <PageHeader title={t("ownTitle")} />
      <div className={classes.page}>
        {low}
        {mayPay && <Pay accountId={accountId} />}
        {mayPay && <Redeem accountId={accountId} />}
        {tiers}
        <OwnRecharges accountId={accountId} />
        {statements}
        {notices}
      </div>
    </>
  );
}

const fields = ["amount", "currency", "method"];

function Pay({ accountId }: { accountId: string }) {
  const t = useTranslations("recharges");
  const locale = useLocale();
  const { data, error, refetch } = useQuery(paymentMethodsQuery());
  const methods = data?.items ?? [];
  const form = useForm({ initialValues: { method: "", amount: "", currency: "" } });
  const method = methods.find(({ id }) => id === form.values.method) ?? methods[0];
  const currencies = method?.currencies ?? [];
  const currency = currencies.includes(form.values.currency) ? form.values.currency : (currencies[0] ?? "");
  const save = useApiMutation<object, Recharge>({
    send: (body) => ({ method: "POST", path: "/api/recharges/checkout", body }),
    invalidates: ["/api/recharges"],
    idempotent: true,
    onSaved: ({ payUrl }) => {
      if (payUrl !== null) window.location.assign(payUrl);
    },
  });
  const submit = form.onSubmit(({ amount }) =>
    save.mutate(
      { accountId, method: method?.id ?? "", amount: amount.trim(), currency },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  if (data === undefined)
    return error === null ? null : <ErrorState error={error} onRetry={() => void refetch()} />;
  if (method === undefined) {
    return (
      <section className={classes.narrow} aria-label={t("pay")}>
        <h2>{t("pay")}</h2>
        <p className={classes.note}>{t("noMethods")}</p>
      </section>
    );
  }
  const nameOf = (one: typeof method) => (locale === "zh" && one.nameZh !== "" ? one.nameZh : one.name);
  const isUnplaced = save.error !== null && Object.keys(fieldErrors(save.error, fields)).length === 0;
  return (
    <section className={classes.narrow} aria-label={t("pay")}>
      <h2>{t("pay")}</h2>
      <p className={classes.note}>{t("usually")}</p>
      {isUnplaced && (
        <Alert color="red" variant="light" role="alert">
          {save.error?.message}
        </Alert>
      )}
      {save.data !== undefined && <Opened order={save.data} instructions={method.instructions} />}
      <form className={classes.form} onSubmit={submit} noValidate>
        <Select
          label={t("payBy")}
          data={methods.map((one) => ({ value: one.id, label: nameOf(one) }))}
          allowDeselect={false}
          {...form.getInputProps("method")}
          value={method.id}
        />
        <div className={classes.pair}>
          <TextInput
            label={t("amount")}
            description={amountHelp(t, method)}
            inputWrapperOrder={["label", "input", "description", "error"]}
            inputMode="decimal"
            placeholder="100"
            autoComplete="off"
            {...form.getInputProps("amount")}
          />
          <Select
            label={t("currency")}
            data={[...currencies]}
            allowDeselect={false}
            {...form.getInputProps("currency")}
            value={currency}
          />
        </div>
        <div>
          <Button type="submit" loading={save.isPending}>
            {t("payNow")}
          </Button>
        </div>
      </form>
    </section>
  );
}

function amountHelp(
  t: (key: "atLeast" | "between", values: Record<string, string>) => string,
  limits: { least: string; most: string | null },
) {
  const { least, most } = limits;
  if (most === null && least === "0") return undefined;
  return most === null ? t("atLeast", { least }) : t("between", { least, most });
}

/** An order that was begun: its number, and what the payer has to do. */
function Opened({ order, instructions }: { order: Recharge; instructions: string }) {
  const t = useTranslations("recharges");
  return (
    <Alert color="blue" variant="light" role="status" title={t("opened", { orderNo: order.orderNo })}>
      {instructions !== "" && <p className={classes.said}>{instructions}</p>}
      {order.payUrl !== null && (
        <a className={classes.link} href={order.payUrl}>
          {t("toPayment")}
        </a>
      )}
    </Alert>
  );
}

function Redeem({ accountId }: { accountId: string }) {
  const t = useTranslations("recharges");
  const form = useForm({ initialValues: { code: "" } });
  const save = useApiMutation<object, Recharge>({
    send: (body) => ({ method: "POST", path: "/api/recharges/redeem", body }),
    invalidates: ["/api/recharges", "/api/accounts", "/api/ledger"],
    idempotent: true,
    onSaved: ({ credit }) => {
      notifications.show({ color: "green", message: t("wasRedeemed", { amount: moneyText(credit) }) });
      form.reset();
    },
  });
  const submit = form.onSubmit(({ code }) =>
    save.mutate(
      { accountId, code: code.trim() },
      {
        onError: (problem) => form.setErrors({ code: problem.fields.code ?? problem.message }),
      },
    ),
  );
  return (
    <section className={classes.narrow} aria-label={t("redeem")}>
      <h2>{t("redeem")}</h2>
      <form className={classes.form} onSubmit={submit} noValidate>
        <TextInput
          label={t("code")}
          placeholder="8F3K-Q7ZM-2RTB-9WXC"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("code")}
        />
        <div>
          <Button type="submit" variant="default" loading={save.isPending}>
            {t("redeemNow")}
          </Button>
        </div>
      </form>
    </section>
  );
}
