"use client";

import { Alert, Button, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Recharge } from "#lib/recharges/schema";
import { SheetSection } from "../common/facts.tsx";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./recharges.module.css";

type Way = "credit" | "reject" | "refund";
const old = ["/api/recharges", "/api/accounts", "/api/ledger", "/api/audit-log", "/api/outbox"];

/** Credits or rejects what waits, refunds what was credited; what each does is said before it is pressed. */
export function DecideRecharge({ recharge }: { recharge: Recharge }) {
  const t = useTranslations("recharges");
  const [way, setWay] = useState<Way | null>(null);
  const { status } = recharge;
  const ways: Way[] =
    status === "credited"
      ? ["refund"]
      : status === "pending" || status === "review"
        ? ["credit", "reject"]
        : status === "expired"
          ? ["credit"]
          : [];
  if (ways.length === 0) return null;
  return (
    <SheetSection title={t("decide")}>
      {way === null ? (
        <div className={classes.buttons}>
          {ways.map((one) => (
            <Button
              key={one}
              variant={one === "credit" ? "filled" : "default"}
              {...(one === "credit" ? {} : { c: "var(--tg-bad)" })}
              onClick={() => setWay(one)}
            >
              {t(`ways.${one}`)}
            </Button>
          ))}
        </div>
      ) : (
        <Decision key={way} way={way} recharge={recharge} onClose={() => setWay(null)} />
      )}
    </SheetSection>
  );
}

function Decision({ way, recharge, onClose }: { way: Way; recharge: Recharge; onClose: () => void }) {
  const t = useTranslations("recharges");
  const form = useForm({ initialValues: { amount: "", reason: "" } });
  const save = useApiMutation<object, Recharge>({
    send: (body) => ({ method: "POST", path: `/api/recharges/${recharge.id}/${way}`, body }),
    invalidates: old,
    idempotent: true,
    onSaved: ({ status }) => {
      notifications.show({ color: "green", message: t(`done.${status}`) });
      onClose();
    },
  });
  const submit = form.onSubmit(({ amount, reason }) =>
    save.mutate(
      way === "credit"
        ? {}
        : {
            reason: reason.trim(),
            ...(way === "refund" && amount.trim() !== "" ? { amount: amount.trim() } : {}),
          },
      { onError: (problem) => form.setErrors(fieldErrors(problem, ["amount", "reason"])) },
    ),
  );
  const isUnplaced =
    save.error !== null && Object.keys(fieldErrors(save.error, ["amount", "reason"])).length === 0;
  const paid = `${recharge.amount} ${recharge.currency}`;
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.note}>{t(`what.${way}`, { paid, name: recharge.accountName })}</p>
      {isUnplaced && (
        <Alert color="red" variant="light" role="alert">
          {save.error?.message}
        </Alert>
      )}
      {way === "refund" && (
        <TextInput
          label={t("refundAmount", { currency: recharge.currency })}
          description={t("refundAmountHelp")}
          inputMode="decimal"
          autoComplete="off"
          {...form.getInputProps("amount")}
        />
      )}
      {way !== "credit" && (
        <Textarea
          label={t("why")}
          description={t("whyHelp")}
          autosize
          minRows={2}
          {...form.getInputProps("reason")}
        />
      )}
      <div className={classes.buttons}>
        <Button type="submit" loading={save.isPending} {...(way === "credit" ? {} : { color: "red" })}>
          {t(`ways.${way}`)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t("back")}
        </Button>
      </div>
    </form>
  );
}
