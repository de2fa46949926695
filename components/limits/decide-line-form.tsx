"use client";

import { Alert, Button, Checkbox, Group, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ApiProblem } from "#lib/api/client";
import { linesQuery } from "#lib/api/queries";
import type { Line } from "#lib/groups/line-schema";
import type { LimitRequest } from "#lib/limits/request-schema";
import { Ago } from "../common/ago.tsx";
import { localInput, momentOf } from "../common/local-moment.ts";
import { TagList } from "../common/tag-list.tsx";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./limits.module.css";

const fields = ["models", "until", "move", "answer"];
type Decision = { way: "grant" | "refuse"; body: Record<string, unknown> };
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
  const isOpen = line.access === "open";
  const form = useForm({
    initialValues: {
      models: request.model === null ? [] : [request.model],
      until: isOpen || request.wantedUntil === null ? "" : localInput(request.wantedUntil),
      move: !line.isOwn,
      answer: "",
    },
  });
  const save = useApiMutation<Decision, LimitRequest>({
    send: ({ way, body }) => ({ method: "POST", path: `/api/limit-requests/${request.id}/${way}`, body }),
    invalidates: ["/api/limit-requests", "/api/groups", "/api/accounts", "/api/audit-log", "/api/outbox"],
    onSaved: ({ state }) => {
      notifications.show({ color: "green", message: t(state === "granted" ? "lineGranted" : "wasRefused") });
      onDecided();
    },
  });
  const onError = (problem: ApiProblem) => {
    form.setErrors(fieldErrors(problem, fields));
    if (problem.code === "request_decided") {
      notifications.show({ color: "yellow", message: problem.message });
      onDecided();
    }
  };
  const grant = form.onSubmit(({ models, until, move, answer }) => {
    const said = answer.trim() === "" ? {} : { answer: answer.trim() };
    const what = isOpen ? {} : { models, until: momentOf(until) };
    save.mutate({ way: "grant", body: { ...what, move, ...said } }, { onError });
  });
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
          <TextInput
            type="datetime-local"
            label={t("until")}
            description={t("untilHelp")}
            {...form.getInputProps("until")}
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
      <Textarea
        label={t("answer")}
        description={t("answerHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("answer")}
      />
      <Group gap="xs">
        <Button type="submit" loading={save.isPending}>
          {t("activate")}
        </Button>
        <Button variant="default" c="var(--tg-bad)" disabled={save.isPending} onClick={refuse}>
          {t("refuse")}
        </Button>
      </Group>
    </form>
  );
}
