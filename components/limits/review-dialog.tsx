"use client";

import { Alert, Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { PutLimits } from "#lib/limits/schema";
import { groupDigits } from "../common/format-money.ts";
import { undoNotice } from "../shell/offer-notice.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { DryRunLine } from "./dry-run-line.tsx";
import { type Change, undoOf } from "./limit-edits.ts";
import classes from "./limits.module.css";

/** So many are tried by themselves; the others when asked for. */
const TRIED = 3;
const SHOWN = 200;

type Props = { changes: readonly Change[]; onClose: () => void; onSaved: () => void };

/** Everything that a save will change, before and after, with what each would have refused. */
export function ReviewDialog({ changes, onClose, onSaved }: Props) {
  const t = useTranslations("limits");
  const undo = useApiMutation<PutLimits, unknown>({
    send: (body) => ({ method: "PUT", path: "/api/limits/batch", body }),
    invalidates: ["/api/limits", "/api/audit-log"],
    onSaved: () => notifications.show({ message: t("undone") }),
  });
  const save = useApiMutation<PutLimits, unknown>({
    send: (body) => ({ method: "PUT", path: "/api/limits/batch", body }),
    invalidates: ["/api/limits", "/api/audit-log"],
    onSaved: () => {
      undoNotice({
        id: "limits-saved",
        message: t("saved", { count: changes.length }),
        action: t("undo"),
        onUndo: () =>
          undo.mutate(
            { changes: undoOf(changes) },
            { onError: ({ message }) => notifications.show({ color: "red", message }) },
          ),
      });
      onSaved();
    },
  });
  const toSend = changes.map(({ before, ...change }) => change);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("review", { count: changes.length })}
      size="lg"
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {save.error !== null && (
        <Alert color="red" variant="light" role="alert" mb="sm">
          {save.error.message}
        </Alert>
      )}
      <ul className={classes.changes}>
        {changes.slice(0, SHOWN).map((change, index) => (
          <ChangeLine
            key={`${change.model}\n${change.metric}`}
            change={change}
            atOnce={index < TRIED && change.value !== null}
          />
        ))}
      </ul>
      {changes.length > SHOWN && (
        <p className={classes.dim}>{t("moreChanges", { count: changes.length - SHOWN })}</p>
      )}
      <div className={classes.foot}>
        <Button variant="default" onClick={onClose}>
          {t("back")}
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate({ changes: toSend })} data-autofocus>
          {t("save", { count: changes.length })}
        </Button>
      </div>
    </Modal>
  );
}

function ChangeLine({ change, atOnce }: { change: Change; atOnce: boolean }) {
  const t = useTranslations("limits");
  const { scope, scopeId = null, model = null, metric, value, shadow, before } = change;
  const text = (number: number | null) => (number === null ? t("noLimit") : groupDigits(String(number)));
  return (
    <li>
      <div className={classes.change}>
        <span className={classes.changeName}>
          {model ?? t("allModels")} <span className={classes.dim}>{t(`metrics.${metric}`)}</span>
        </span>
        <span className={classes.changeValues}>
          <s>{text(before?.value ?? null)}</s>
          <span aria-hidden>→</span>
          <strong>{text(value)}</strong>
          {shadow && <span className={classes.dim}>{t("inShadow")}</span>}
        </span>
      </div>
      {before?.grant != null && <p className={classes.warn}>{t("endsGrant")}</p>}
      {value !== null && <DryRunLine limit={{ scope, scopeId, model, metric, value }} atOnce={atOnce} />}
    </li>
  );
}
