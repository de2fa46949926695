"use client";

import { Autocomplete, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { Line } from "#lib/groups/line-schema";
import type { CreateLimitRequest, LimitRequest } from "#lib/limits/request-schema";
import { momentOf } from "../common/local-moment.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./groups.module.css";

const fields = ["model", "reason", "until"];
type Props = { accountId: string; line: Line; model: string | null; onClose: () => void };

/** Asks for a line, or for one model on it: what for, until when. */
export function AskLineForm({ accountId, line, model, onClose }: Props) {
  const t = useTranslations("lines");
  const form = useForm({
    initialValues: { model: model ?? "", reason: "", until: "" },
    validate: { reason: (text) => (text.trim() === "" ? t("whyNeeded") : null) },
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
  const submit = form.onSubmit((values) =>
    save.mutate(
      {
        accountId,
        line: line.id,
        model: values.model.trim() === "" ? null : values.model.trim(),
        reason: values.reason.trim(),
        until: momentOf(values.until),
      },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("askTitle", { name: line.name })}
      action={t("send")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      {line.description !== "" && <p className={classes.note}>{line.description}</p>}
      {line.access === "granted" && (
        <Autocomplete
          label={t("model")}
          description={t("modelHelp")}
          data={line.grantedModels}
          limit={50}
          {...form.getInputProps("model")}
        />
      )}
      <Textarea
        label={t("why")}
        description={t("whyHelp")}
        autosize
        minRows={3}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      {line.access === "granted" && (
        <TextInput
          type="datetime-local"
          label={t("untilWhen")}
          description={t("untilHelp")}
          {...form.getInputProps("until")}
        />
      )}
    </FormDrawer>
  );
}
