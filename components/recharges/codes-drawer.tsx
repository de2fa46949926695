"use client";

import { Alert, Button, NumberInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { codeBatchesQuery } from "#lib/api/queries";
import type { CodeBatchAnswer } from "#lib/codes/schema";
import { Ago } from "../common/ago.tsx";
import { momentOf } from "../common/local-moment.ts";
import { saveFile } from "../shell/download.ts";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { Paid } from "./paid.tsx";
import classes from "./recharges.module.css";

const fields = ["amount", "currency", "count", "expiresAt", "note"];
type Made = CodeBatchAnswer & { codes: string[] };

/** Makes redemption codes, shown and saved this once; and what became of those before. */
export function CodesDrawer({ onClose }: { onClose: () => void }) {
  const t = useTranslations("recharges");
  const form = useForm({
    initialValues: { amount: "", currency: "USD", count: 10 as number | string, expiresAt: "", note: "" },
  });
  const save = useApiMutation<object, Made>({
    send: (body) => ({ method: "POST", path: "/api/code-batches", body }),
    invalidates: ["/api/code-batches"],
    idempotent: true,
  });
  const submit = form.onSubmit(({ count, expiresAt, ...rest }) =>
    save.mutate(
      { ...rest, count: Number(count), expiresAt: momentOf(expiresAt) },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("codes")}
      action={t("makeCodes")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      {save.data !== undefined && <NewCodes made={save.data} />}
      <div className={classes.pair}>
        <TextInput
          label={t("codeWorth")}
          inputMode="decimal"
          autoComplete="off"
          {...form.getInputProps("amount")}
        />
        <TextInput label={t("currency")} autoComplete="off" {...form.getInputProps("currency")} />
      </div>
      <div className={classes.pair}>
        <NumberInput
          label={t("codeCount")}
          min={1}
          max={1000}
          allowDecimal={false}
          {...form.getInputProps("count")}
        />
        <TextInput type="datetime-local" label={t("codeExpires")} {...form.getInputProps("expiresAt")} />
      </div>
      <TextInput label={t("note")} autoComplete="off" {...form.getInputProps("note")} />
      <Batches />
    </FormDrawer>
  );
}

function NewCodes({ made }: { made: Made }) {
  const t = useTranslations("recharges");
  return (
    <Alert color="green" variant="light" role="status" title={t("codesMade", { count: made.codes.length })}>
      <p className={classes.note}>{t("codesOnce")}</p>
      <pre className={classes.codes}>{made.codes.join("\n")}</pre>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        onClick={() =>
          saveFile(`codes-${made.id.slice(-8)}.csv`, `code\r\n${made.codes.join("\r\n")}\r\n`, "text/csv")
        }
      >
        {t("saveCodes")}
      </Button>
    </Alert>
  );
}

function Batches() {
  const t = useTranslations("recharges");
  const { data } = useInfiniteQuery(codeBatchesQuery({ limit: 50 }));
  const revoke = useApiMutation<string, CodeBatchAnswer>({
    send: (id) => ({ method: "POST", path: `/api/code-batches/${id}/revoke` }),
    invalidates: ["/api/code-batches"],
  });
  const batches = data?.pages.flatMap((page) => page.items) ?? [];
  if (batches.length === 0) return null;
  return (
    <table className={classes.table} aria-label={t("codes")}>
      <thead>
        <tr>
          <th>{t("codeWorth")}</th>
          <th data-right>{t("redeemed")}</th>
          <th data-right>{t("created")}</th>
          <th aria-label={t("revoke")} />
        </tr>
      </thead>
      <tbody>
        {batches.map((batch) => (
          <tr key={batch.id}>
            <td>
              <Paid amount={batch.amount} currency={batch.currency} />
              {batch.note !== "" && <p className={classes.note}>{batch.note}</p>}
            </td>
            <td data-right>
              {batch.redeemed} / {batch.count}
            </td>
            <td data-right>
              <Ago at={batch.createdAt} />
            </td>
            <td data-right>
              {batch.revokedAt === null && batch.redeemed < batch.count ? (
                <Button
                  variant="default"
                  size="compact-sm"
                  loading={revoke.isPending && revoke.variables === batch.id}
                  onClick={() => revoke.mutate(batch.id)}
                >
                  {t("revoke")}
                </Button>
              ) : (
                batch.revokedAt !== null && t("revoked")
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
