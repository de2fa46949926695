"use client";

import { Alert, Button, Checkbox, FileButton, Textarea } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { ImportedRecharges, ImportedRow } from "#lib/recharges/import-schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./recharges.module.css";

const tones: Record<ImportedRow["verdict"], Tone> = {
  ready: "ok",
  recorded: "ok",
  duplicate: "idle",
  wrong: "bad",
};
const EXAMPLE = "account,amount,currency,method,order_no,note\nAcme,3000,CNY,manual,B-1001,by bank";

/** A file of payments: checked row by row first, then the chosen rows are recorded. */
export function ImportRecharges({ onClose }: { onClose: () => void }) {
  const t = useTranslations("recharges");
  const [csv, setCsv] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const save = useApiMutation<{ csv: string; lines?: number[] }, ImportedRecharges>({
    send: (body) => ({ method: "POST", path: "/api/recharges/import", body }),
    invalidates: ["/api/recharges", "/api/accounts"],
    idempotent: true,
    onSaved: ({ rows }) =>
      setChosen(new Set(rows.filter(({ verdict }) => verdict === "ready").map(({ line }) => line))),
  });
  const result = save.data;
  const edit = (text: string) => {
    setCsv(text);
    save.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(result === undefined || result.ready === 0 ? { csv } : { csv, lines: [...chosen] });
  };
  const canRecord = result !== undefined && result.ready > 0;
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("importTitle")}
      action={canRecord ? t("importDo", { count: chosen.size }) : t("importCheck")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={["csv"]}
    >
      <p className={classes.note}>{t("importHelp")}</p>
      <div>
        <FileButton accept=".csv,text/csv" onChange={(file) => void file?.text().then(edit)}>
          {(props) => (
            <Button {...props} variant="default" fullWidth leftSection={<IconFileImport size={16} />}>
              {t("chooseFile")}
            </Button>
          )}
        </FileButton>
      </div>
      <Textarea
        label={t("importFile")}
        autosize
        minRows={5}
        maxRows={12}
        value={csv}
        onChange={({ currentTarget }) => edit(currentTarget.value)}
        placeholder={EXAMPLE}
        spellCheck={false}
        error={save.error?.fields.csv}
        data-autofocus
      />
      {result !== undefined && result.recorded > 0 && (
        <Alert color="green" variant="light" role="status">
          {t("imported", { count: result.recorded })}
        </Alert>
      )}
      {result !== undefined && <Verdicts rows={result.rows} chosen={chosen} onChoose={setChosen} />}
    </FormDrawer>
  );
}

type VerdictProps = {
  rows: readonly ImportedRow[];
  chosen: ReadonlySet<number>;
  onChoose: (chosen: ReadonlySet<number>) => void;
};

function Verdicts({ rows, chosen, onChoose }: VerdictProps) {
  const t = useTranslations("recharges");
  const toggle = (line: number) => {
    const next = new Set(chosen);
    if (!next.delete(line)) next.add(line);
    onChoose(next);
  };
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={t("importTitle")}>
        <tbody>
          {rows.map(({ line, verdict, orderNo, account, amount, currency, problems }) => (
            <tr key={line}>
              <td>
                {verdict === "ready" ? (
                  <Checkbox
                    aria-label={t("line", { line })}
                    checked={chosen.has(line)}
                    onChange={() => toggle(line)}
                  />
                ) : (
                  line
                )}
              </td>
              <td>
                {account} · {orderNo}
                {Object.keys(problems).length > 0 && (
                  <p className={classes.note}>
                    {Object.entries(problems)
                      .map(([column, problem]) => `${column}: ${problem}`)
                      .join("; ")}
                  </p>
                )}
              </td>
              <td data-right>
                {amount} {currency}
              </td>
              <td>
                <StateBadge tone={tones[verdict]}>{t(`verdicts.${verdict}`)}</StateBadge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
