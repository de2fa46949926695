"use client";

import { Button, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";
import classes from "./prices.module.css";

type Values = { note: string };
type Props = { version: PriceVersionDetail };

/** A draft's note, changed in place; a published one stays as it is. */
export function DraftNote({ version }: Props) {
  const path = `/api/prices/versions/${version.id}`;
  const { data, refetch } = useEdited<PriceVersionDetail>(path);
  if (data === undefined) return version.note || "–";
  // What was saved is read again with its ETag: the next change starts from there.
  return <Filled key={data.etag} path={path} version={data.value} etag={data.etag} onSaved={refetch} />;
}

type FilledProps = Props & { path: string; etag: string | null; onSaved: () => unknown };

function Filled({ path, version, etag, onSaved }: FilledProps) {
  const t = useTranslations("prices");
  const { form, stored, save, notice, drawer } = useResourceForm<Values, Values, PriceVersionDetail>({
    values: formOf(version),
    etag,
    formOf,
    labels: { note: t("note") },
    fields: ["note"],
    to: { method: "PATCH", path },
    invalidates: ["/api/prices"],
    onSaved: () => void onSaved(),
  });
  const { problem, isBusy } = drawer;
  const note = form.values.note.trim();
  return (
    <div className={classes.noteEdit}>
      {notice}
      <form className={classes.noteForm} onSubmit={form.onSubmit(() => save({ note }))}>
        <TextInput
          aria-label={t("note")}
          placeholder={t("note")}
          maxLength={1000}
          {...form.getInputProps("note")}
          error={form.errors.note ?? problem?.message}
        />
        {note !== stored.note && (
          <Button type="submit" variant="default" loading={isBusy}>
            {t("saveNote")}
          </Button>
        )}
      </form>
    </div>
  );
}

function formOf({ note }: PriceVersionDetail): Values {
  return { note };
}
