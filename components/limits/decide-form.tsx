"use client";

import { Alert, Button, Group, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { ApiProblem } from "#lib/api/client";
import type { LimitRequest } from "#lib/limits/request-schema";
import { localInput, momentOf } from "../common/local-moment.ts";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./limits.module.css";

const fields = ["value", "until", "answer"];
type Decision = { way: "grant" | "refuse"; body: Record<string, unknown> };

/** Grants what was asked, or another value for another time, or refuses it with a reason. */
export function DecideForm({ request, onDecided }: { request: LimitRequest; onDecided: () => void }) {
  const t = useTranslations("limitRequests");
  const isReduction = request.kind === "reduce";
  const form = useForm({
    initialValues: {
      value: (request.wanted ?? "") as number | string,
      until: request.wantedUntil === null ? "" : localInput(request.wantedUntil),
      answer: "",
    },
  });
  const save = useApiMutation<Decision, LimitRequest>({
    send: ({ way, body }) => ({ method: "POST", path: `/api/limit-requests/${request.id}/${way}`, body }),
    invalidates: ["/api/limit-requests", "/api/limits", "/api/audit-log", "/api/outbox"],
    onSaved: ({ state }) => {
      notifications.show({
        color: "green",
        message: t(state === "granted" ? (isReduction ? "wasReduced" : "wasGranted") : "wasRefused"),
      });
      onDecided();
    },
  });
  const onError = (problem: ApiProblem) => {
    form.setErrors(fieldErrors(problem, fields));
    // Somebody else was faster: show what they decided.
    if (problem.code === "request_decided") {
      notifications.show({ color: "yellow", message: problem.message });
      onDecided();
    }
  };
  const answer = () => (form.values.answer.trim() === "" ? {} : { answer: form.values.answer.trim() });
  const grant = form.onSubmit(({ value, until }) =>
    save.mutate(
      { way: "grant", body: { value: Number(value), until: momentOf(until), ...answer() } },
      { onError },
    ),
  );
  const refuse = () => {
    if (form.values.answer.trim() === "") return form.setFieldError("answer", t("sayWhy"));
    save.mutate({ way: "refuse", body: { answer: form.values.answer.trim() } }, { onError });
  };
  const isUnplaced = save.error !== null && Object.keys(fieldErrors(save.error, fields)).length === 0;
  return (
    <form className={classes.decide} onSubmit={grant} noValidate>
      {isUnplaced && (
        <Alert color="red" variant="light" role="alert">
          {save.error?.message}
        </Alert>
      )}
      <div className={classes.pair}>
        <NumberInput
          label={t(isReduction ? "newLimit" : "grantValue")}
          min={1}
          max={1_000_000_000_000}
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          {...form.getInputProps("value")}
        />
        <TextInput
          type="datetime-local"
          label={t("until")}
          description={t("untilHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("until")}
        />
      </div>
      <Textarea
        label={t("answer")}
        description={t(isReduction ? "answerHelpReduce" : "answerHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("answer")}
      />
      <Group gap="xs">
        <Button type="submit" loading={save.isPending}>
          {t(isReduction ? "reduce" : "grant")}
        </Button>
        <Button variant="default" c="var(--tg-bad)" disabled={save.isPending} onClick={refuse}>
          {t(isReduction ? "keep" : "refuse")}
        </Button>
      </Group>
    </form>
  );
}
