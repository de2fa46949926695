"use client";

import { Alert, Button, Drawer } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { FormEvent, KeyboardEvent, ReactNode } from "react";
import type { ApiProblem } from "#lib/api/client";
import classes from "./form-drawer.module.css";

type Props = {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The verb on the button: "Create key". */
  action: string;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  isBusy: boolean;
  /** What the server refused; what belongs to a field is shown there. */
  problem: ApiProblem | null;
  /** Field paths that the form shows itself. */
  fields: readonly string[];
  children: ReactNode;
};

/** A form beside the page it belongs to; its button stays in sight. */
export function FormDrawer({
  opened,
  onClose,
  title,
  action,
  onSubmit,
  isBusy,
  problem,
  fields,
  children,
}: Props) {
  const t = useTranslations("common");
  const unplaced = problem === null ? [] : unplacedMessages(problem, fields);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
      classNames={{ body: classes.body, content: classes.content }}
    >
      <form className={classes.form} onSubmit={onSubmit} onKeyDown={submitByKey} noValidate>
        <div className={classes.fields}>
          {unplaced.length > 0 && (
            <Alert color="red" variant="light" role="alert">
              {unplaced.map((message) => (
                <div key={message}>{message}</div>
              ))}
            </Alert>
          )}
          {children}
        </div>
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {action}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** ⌘⏎ or Ctrl+Enter sends from any field, also from one where Enter is a new line. */
function submitByKey(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

/** Messages by field as a form wants them: `allowedCidrs.0` belongs to the input `allowedCidrs`. */
export function fieldErrors(problem: ApiProblem, fields: readonly string[]): Record<string, string> {
  const placed: Record<string, string> = {};
  for (const [path, message] of Object.entries(problem.fields)) {
    const field = fieldOf(path, fields);
    if (field !== undefined) placed[field] ??= message;
  }
  return placed;
}

function unplacedMessages(problem: ApiProblem, fields: readonly string[]): string[] {
  const entries = Object.entries(problem.fields);
  const unplaced = entries.filter(([path]) => fieldOf(path, fields) === undefined);
  if (entries.length === 0) return [problem.message];
  return unplaced.map(([path, message]) => `${path}: ${message}`);
}

function fieldOf(path: string, fields: readonly string[]): string | undefined {
  return fields.find((field) => field === path) ?? fields.find((field) => path.startsWith(`${field}.`));
}
