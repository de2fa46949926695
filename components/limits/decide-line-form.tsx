"use client";

import { Checkbox } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { linesQuery } from "#lib/api/queries";
import type { Line } from "#lib/groups/line-schema";
import type { LimitRequest } from "#lib/limits/request-schema";
import { Ago } from "../common/ago.tsx";
import { EndField } from "../common/end-field.tsx";
import { localInput, momentOf } from "../common/local-moment.ts";
import { TagList } from "../common/tag-list.tsx";
import { DecisionForm, useDecision } from "./decision-form.tsx";
import classes from "./limits.module.css";

const fields = ["models", "until", "move", "answer"];
type Props = { request: LimitRequest; onDecided: () => void };

/** Lets an account onto a line, or activates a model there, until a time or for good; or refuses with a reason. */
export function DecideLineForm(props: Props) {
  const { accountId, line } = props.request;
  const { data } = useQuery(linesQuery(accountId));
  const asked = data?.items.find(({ id }) => id === line?.id);
  return asked === undefined ? null : <LineDecision {...props} line={asked} />;
}

function LineDecision({ request, line, onDecided }: Props & { line: Line }) {
  const t = useTranslations("limitRequests");
  const common = useTranslations("common");
  const isOpen = line.access === "open";
  const form = useForm({
    initialValues: {
      models: request.model === null ? [] : [request.model],
      until: isOpen || request.wantedUntil === null ? "" : localInput(request.wantedUntil),
      isForGood: false,
      move: !line.isOwn,
      answer: "",
    },
    validate: {
      until: (end, { isForGood }) => (end === "" && !isForGood && !isOpen ? common("sayUntil") : null),
    },
  });
  const decision = useDecision({
    request,
    answer: form.values.answer,
    fields,
    setErrors: form.setErrors,
    invalidates: ["/api/groups", "/api/accounts"],
    granted: t("lineGranted"),
    onDecided,
  });
  return (
    <DecisionForm
      decision={decision}
      onGrant={form.onSubmit(({ models, until, isForGood, move }) =>
        decision.grant({ ...(isOpen ? {} : { models, until: isForGood ? null : momentOf(until) }), move }),
      )}
      actions={{ grant: t("activate"), refuse: t("refuse") }}
      answer={{ description: t("answerHelp"), ...form.getInputProps("answer") }}
    >
      {line.grant !== null && (
        <p className={classes.note}>
          {t("activeAlready", {
            models: line.grant.models.length === 0 ? t("allOfLine") : line.grant.models.join(", "),
          })}{" "}
          {line.grant.expiresAt === null ? t("forGood") : <Ago at={line.grant.expiresAt} />}
        </p>
      )}
      {!isOpen && (
        <>
          <TagList
            label={t("activateModels")}
            description={t("activateModelsHelp")}
            data={line.grantedModels}
            limit={50}
            {...form.getInputProps("models")}
          />
          <EndField
            end={form.values.until}
            isForGood={form.values.isForGood}
            error={form.errors.until}
            onChange={(until, isForGood) => {
              form.setValues({ until, isForGood });
              form.clearFieldError("until");
            }}
          />
        </>
      )}
      {!line.isOwn && (
        <Checkbox
          label={t("move", { line: line.name })}
          description={t("moveHelp")}
          {...form.getInputProps("move", { type: "checkbox" })}
        />
      )}
    </DecisionForm>
  );
}
