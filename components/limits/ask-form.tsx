"use client";

import { NumberInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { CreateLimitRequest, LimitRequest } from "#lib/limits/request-schema";
import type { LimitUsage } from "#lib/limits/usage-schema";
import { groupDigits } from "../common/format-money.ts";
import { momentOf } from "../common/local-moment.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./limits.module.css";

const fields = ["wanted", "reason", "until"];

type Props = { accountId: string; limit: LimitUsage; onClose: () => void };

/** Asks for more of one limit: how much, what for, until when. */
export function AskForm({ accountId, limit, onClose }: Props) {
  const t = useTranslations("limitRequests");
  const limits = useTranslations("limits");
  const { model, metric } = limit;
  const form = useForm({
    initialValues: { wanted: "" as number | string, reason: "", until: "" },
    validate: {
      wanted: (value) =>
        Number(value) > limit.limit ? null : t("moreThan", { limit: groupDigits(String(limit.limit)) }),
      reason: (text) => (text.trim() === "" ? t("whyNeeded") : null),
    },
  });
  const save = useApiMutation<CreateLimitRequest, LimitRequest>({
    send: (body) => ({ method: "POST", path: "/api/limit-requests", body }),
    invalidates: ["/api/limit-requests"],
    idempotent: true,
    onSaved: () => {
      notifications.show({ color: "green", message: t("wasAsked") });
      onClose();
    },
  });
  const submit = form.onSubmit(({ wanted, reason, until }) =>
    save.mutate(
      { accountId, model, metric, wanted: Number(wanted), reason: reason.trim(), until: momentOf(until) },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("askTitle")}
      action={t("send")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <p className={classes.note}>
        <strong>{model ?? limits("allModels")}</strong> · {limits(`metricHelp.${metric}`)} ·{" "}
        {t("nowLimit", { limit: groupDigits(String(limit.limit)) })}
      </p>
      <NumberInput
        label={t("wanted")}
        min={1}
        max={1_000_000_000_000}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator=","
        data-autofocus
        {...form.getInputProps("wanted")}
      />
      <Textarea
        label={t("why")}
        description={t("whyHelp")}
        autosize
        minRows={3}
        {...form.getInputProps("reason")}
      />
      <TextInput
        type="datetime-local"
        label={t("until")}
        description={t("untilHelp")}
        {...form.getInputProps("until")}
      />
    </FormDrawer>
  );
}
