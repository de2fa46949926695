"use client";

import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { rechargesQuery } from "#lib/api/queries";
import type { Claim } from "#lib/claims/schema";
import { Ago } from "../common/ago.tsx";
import { Facts } from "../common/facts.tsx";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./recharges.module.css";

const fields = ["rechargeId", "method", "amount", "currency", "orderNo", "answer"];
const NEW = "new";

/** Matches a claim to an order or makes one of it, and credits; or says no with a reason that the account is sent. */
export function ClaimDrawer({ claim, onClose }: { claim: Claim; onClose: () => void }) {
  const t = useTranslations("recharges");
  const mayWrite = useCan("recharges.write");
  const orders = useInfiniteQuery(rechargesQuery({ accountId: claim.accountId, limit: 50 }));
  const open = (orders.data?.pages[0]?.items ?? []).filter(
    ({ id, status }) =>
      id === claim.rechargeId || ["pending", "review", "expired", "credited"].includes(status),
  );
  const form = useForm({
    initialValues: {
      rechargeId: claim.rechargeId ?? NEW,
      method: "manual",
      orderNo: claim.orderNo,
      amount: claim.amount ?? "",
      currency: claim.currency ?? "USD",
      answer: "",
    },
  });
  const save = useApiMutation<{ way: "credit" | "reject"; body: object }, Claim>({
    send: ({ way, body }) => ({ method: "POST", path: `/api/recharge-claims/${claim.id}/${way}`, body }),
    invalidates: ["/api/recharge-claims", "/api/recharges", "/api/accounts", "/api/outbox"],
    idempotent: true,
    onSaved: ({ state }) => {
      notifications.show({
        color: "green",
        message: t(state === "credited" ? "done.credited" : "claimRejected"),
      });
      onClose();
    },
  });
  const onError = (problem: Parameters<typeof fieldErrors>[0]) =>
    form.setErrors(fieldErrors(problem, fields));
  const submit = form.onSubmit(({ rechargeId, method, orderNo, amount, currency, answer }) => {
    const order = rechargeId === NEW ? { method, orderNo, amount, currency } : { rechargeId };
    save.mutate({ way: "credit", body: { ...order, answer } }, { onError });
  });
  const reject = () => {
    if (form.values.answer.trim() === "") return form.setFieldError("answer", t("sayWhy"));
    save.mutate({ way: "reject", body: { answer: form.values.answer.trim() } }, { onError });
  };
  const options = [
    ...open.map((order) => ({
      value: order.id,
      label: `${order.orderNo} · ${order.amount} ${order.currency} · ${t(`statuses.${order.status}`)}`,
    })),
    { value: NEW, label: t("newOrder") },
  ];
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("claimOf", { name: claim.accountName })}
      action={t("ways.credit")}
      onSubmit={submit}
      isBusy={save.isPending || !mayWrite}
      problem={save.error}
      fields={fields}
    >
      <Facts
        facts={[
          { name: t("orderNo"), value: claim.orderNo },
          { name: t("askedBy"), value: claim.askedBy },
          { name: t("created"), value: <Ago at={claim.createdAt} /> },
          ...(claim.note === ""
            ? []
            : [{ name: t("note"), value: <p className={classes.said}>{claim.note}</p> }]),
        ]}
      />
      {claim.fileType !== null && (
        <Button
          component="a"
          href={`/api/recharge-claims/${claim.id}/file`}
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          {t("proof")}
        </Button>
      )}
      <Select
        label={t("matches")}
        data={options}
        allowDeselect={false}
        searchable
        {...form.getInputProps("rechargeId")}
      />
      {form.values.rechargeId === NEW && (
        <>
          <TextInput label={t("orderNo")} autoComplete="off" {...form.getInputProps("orderNo")} />
          <TextInput label={t("method")} autoComplete="off" {...form.getInputProps("method")} />
          <div className={classes.pair}>
            <TextInput
              label={t("amount")}
              inputMode="decimal"
              autoComplete="off"
              {...form.getInputProps("amount")}
            />
            <TextInput label={t("currency")} autoComplete="off" {...form.getInputProps("currency")} />
          </div>
        </>
      )}
      <Textarea
        label={t("answer")}
        description={t("answerHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("answer")}
      />
      <div>
        <Button variant="default" c="var(--tg-bad)" disabled={save.isPending || !mayWrite} onClick={reject}>
          {t("ways.reject")}
        </Button>
      </div>
    </FormDrawer>
  );
}
