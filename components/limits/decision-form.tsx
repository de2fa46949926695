"use client";

import { Alert, Button, Group, Textarea, type TextareaProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { FormEvent, ReactNode } from "react";
import type { LimitRequest } from "#lib/limits/request-schema";
import { fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./limits.module.css";

type Verdict = { way: "grant" | "refuse"; body: Record<string, unknown> };
type Options = {
  request: LimitRequest;
  /** What the person answers so far; a refusal needs one. */
  answer: string;
  /** Field paths that the form shows itself. */
  fields: readonly string[];
  setErrors: (errors: Record<string, string>) => void;
  /** Paths whose cached answers a grant makes old, beside those of the requests. */
  invalidates: readonly string[];
  /** What is said of a grant. */
  granted: string;
  onDecided: () => void;
};

/** Granting or refusing a request: each sends the answer with it. Who comes second is shown what the first decided. */
export function useDecision({ request, fields, setErrors, ...options }: Options) {
  const t = useTranslations("limitRequests");
  const answer = options.answer.trim();
  const save = useApiMutation<Verdict, LimitRequest>({
    send: ({ way, body }) => ({ method: "POST", path: `/api/limit-requests/${request.id}/${way}`, body }),
    invalidates: ["/api/limit-requests", "/api/audit-log", "/api/outbox", ...options.invalidates],
    onSaved: ({ state }) => {
      notifications.show({
        color: "green",
        message: state === "granted" ? options.granted : t("wasRefused"),
      });
      options.onDecided();
    },
  });
  const decide = (verdict: Verdict) =>
    save.mutate(verdict, {
      onError: (problem) => {
        setErrors(fieldErrors(problem, fields));
        if (problem.code !== "request_decided") return;
        notifications.show({ color: "yellow", message: problem.message });
        options.onDecided();
      },
    });
  const isPlaced = save.error !== null && Object.keys(fieldErrors(save.error, fields)).length > 0;
  return {
    grant: (body: Record<string, unknown>) =>
      decide({ way: "grant", body: { ...body, ...(answer === "" ? {} : { answer }) } }),
    refuse() {
      if (answer === "") setErrors({ answer: t("sayWhy") });
      else decide({ way: "refuse", body: { answer } });
    },
    isBusy: save.isPending,
    /** What the server refused and no field shows. */
    trouble: isPlaced ? null : (save.error?.message ?? null),
  };
}

type Props = {
  decision: ReturnType<typeof useDecision>;
  onGrant: (event: FormEvent<HTMLFormElement>) => void;
  /** The verbs on the buttons. */
  actions: { grant: string; refuse: string };
  answer: TextareaProps;
  /** What exactly is granted. */
  children: ReactNode;
};

/** What is granted, the answer that goes to the customer, and the two buttons. */
export function DecisionForm({ decision, onGrant, actions, answer, children }: Props) {
  const t = useTranslations("limitRequests");
  return (
    <form className={classes.decide} onSubmit={onGrant} noValidate>
      {decision.trouble !== null && (
        <Alert color="red" variant="light" role="alert">
          {decision.trouble}
        </Alert>
      )}
      {children}
      <Textarea label={t("answer")} autosize minRows={2} {...answer} />
      <Group gap="xs">
        <Button type="submit" loading={decision.isBusy}>
          {actions.grant}
        </Button>
        <Button variant="default" c="var(--tg-bad)" disabled={decision.isBusy} onClick={decision.refuse}>
          {actions.refuse}
        </Button>
      </Group>
    </form>
  );
}
