"use client";

import { Button, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import type { Group } from "#lib/groups/schema";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import classes from "./groups.module.css";

const fields = ["multiplier", "reason"];
type Values = { multiplier: string; reason: string };
type Props = { group: Group; etag: string | null; onClose: () => void };

/** A group's multiplier moves every bill on it: published at once as a price version, or drafted and previewed first. */
export function MultiplierForm({ group, etag, onClose }: Props) {
  const t = useTranslations("groups");
  const router = useRouter();
  const { form, save, notice, drawer } = useResourceForm<Values, Values, Group>({
    values: formOf(group),
    etag,
    formOf,
    labels: { multiplier: t("multiplier") },
    fields,
    to: { method: "PATCH", path: `/api/groups/${group.id}` },
    invalidates: ["/api/groups", "/api/prices", "/api/announcements"],
    onSaved: () => {
      notifications.show({ color: "green", message: t("multiplierSaved") });
      onClose();
    },
  });
  const draft = useApiMutation<Values, PriceVersionDetail>({
    send: ({ multiplier, reason }) => ({
      method: "POST",
      path: "/api/prices/versions",
      body: {
        note: t("draftNote", { name: group.name }),
        entries: [{ group: group.id, multiplier, reason }],
      },
    }),
    invalidates: ["/api/prices"],
    idempotent: true,
    onSaved: ({ id }) => router.push(`/models/versions/${id}`),
  });
  const busy = drawer.isBusy || draft.isPending;
  const saveDraft = () =>
    draft.mutate(form.values, {
      onError: ({ fields: said }) =>
        form.setErrors(Object.fromEntries(fields.map((field) => [field, said[inDraft(field)]]))),
    });
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("multiplierTitle", { name: group.name })}
      action={t("publish")}
      onSubmit={form.onSubmit(save)}
      isBusy={busy}
      problem={drawer.problem ?? draft.error}
      fields={[...fields, ...fields.map(inDraft)]}
    >
      {notice}
      <p className={classes.note}>{t("multiplierText")}</p>
      <TextInput
        label={t("multiplier")}
        description={t("multiplierHelp")}
        inputMode="decimal"
        data-autofocus
        {...form.getInputProps("multiplier")}
      />
      <Textarea
        label={t("reason")}
        description={t("reasonHelp")}
        autosize
        minRows={2}
        {...form.getInputProps("reason")}
      />
      <div>
        <Button variant="default" disabled={busy} onClick={saveDraft}>
          {t("draftFirst")}
        </Button>
      </div>
    </FormDrawer>
  );
}

function formOf({ scheduled, multiplier }: Group): Values {
  return { multiplier: scheduled?.multiplier ?? multiplier, reason: "" };
}

/** A draft's fields are named by its entry. */
function inDraft(field: string): string {
  return `entries.0.${field}`;
}
