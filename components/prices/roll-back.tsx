"use client";

import { Textarea } from "@mantine/core";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./prices.module.css";

/** Going back is a new version: it is drafted here, with why, and looked at before it is published. */
export function RollBackDialog({ version, onClose }: { version: PriceVersionDetail; onClose: () => void }) {
  const t = useTranslations("prices");
  const router = useRouter();
  const [reason, setReason] = useState("");
  const save = useApiMutation<string, PriceVersionDetail>({
    send: (why) => ({
      method: "POST",
      path: `/api/prices/versions/${version.id}/rollback`,
      body: { reason: why },
    }),
    invalidates: ["/api/prices"],
    idempotent: true,
    onSaved: ({ id }) => {
      onClose();
      router.push(`/models/versions/${id}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(reason.trim());
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("rollBackTitle", { number: version.number })}
      action={t("rollBackAction")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={["reason"]}
    >
      <p className={classes.dim}>{t("rollBackHelp")}</p>
      <Textarea
        label={t("reason")}
        autosize
        minRows={2}
        value={reason}
        error={save.error?.fields.reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        data-autofocus
      />
    </FormDrawer>
  );
}
