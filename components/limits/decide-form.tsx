"use client";

import { NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { LimitRequest } from "#lib/limits/request-schema";
import { localInput, momentOf } from "../common/local-moment.ts";
import { DecisionForm, useDecision } from "./decision-form.tsx";
import classes from "./limits.module.css";

const fields = ["value", "until", "answer"];

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
  const decision = useDecision({
    request,
    answer: form.values.answer,
    fields,
    setErrors: form.setErrors,
    invalidates: ["/api/limits"],
    granted: t(isReduction ? "wasReduced" : "wasGranted"),
    onDecided,
  });
  return (
    <DecisionForm
      decision={decision}
      onGrant={form.onSubmit(({ value, until }) =>
        decision.grant({ value: Number(value), until: momentOf(until) }),
      )}
      actions={{ grant: t(isReduction ? "reduce" : "grant"), refuse: t(isReduction ? "keep" : "refuse") }}
      answer={{
        description: t(isReduction ? "answerHelpReduce" : "answerHelp"),
        ...form.getInputProps("answer"),
      }}
    >
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
    </DecisionForm>
  );
}
