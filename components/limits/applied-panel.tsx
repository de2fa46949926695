"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { apiGet } from "#lib/api/client";
import { keyQuery, type Page } from "#lib/api/queries";
import type { Model } from "#lib/models/schema";
import { SearchSelect } from "../common/search-select.tsx";
import { findKeys } from "../shell/find-options.ts";
import { AppliedTable } from "./applied-table.tsx";
import { useLimitParams } from "./limit-params.ts";
import classes from "./limits.module.css";

/** Chooses a key and a model, and shows which limits a call of them meets. */
export function AppliedPanel() {
  const t = useTranslations("limits");
  const [{ keyId, model }, setParams] = useLimitParams();
  const key = useQuery({ ...keyQuery(keyId ?? ""), enabled: keyId !== null });
  const known = key.data && { value: key.data.id, label: `${key.data.name} · ${key.data.accountName}` };
  return (
    <div className={classes.page}>
      <div className={classes.pick}>
        <SearchSelect
          label={t("key")}
          placeholder={t("choose.key")}
          cacheName="limit-key"
          load={findKeys}
          value={keyId}
          onChange={(value) => void setParams({ keyId: value })}
          {...(known === undefined ? {} : { known })}
        />
        <ModelSelect value={model} onChange={(value) => void setParams({ model: value })} />
      </div>
      {keyId !== null && model !== null ? (
        <AppliedTable keyId={keyId} model={model} />
      ) : (
        <p className={classes.note}>{t("appliedHelp")}</p>
      )}
    </div>
  );
}

export function ModelSelect({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (value: string | null) => void;
}) {
  const t = useTranslations("limits");
  return (
    <SearchSelect
      label={t("model")}
      placeholder={t("choose.model")}
      cacheName="limit-model"
      load={findModels}
      value={value}
      onChange={onChange}
      {...(value === null ? {} : { known: { value, label: value } })}
    />
  );
}

async function findModels(text: string) {
  const { items } = await apiGet<Page<Model>>("/api/models", { q: text, limit: 20 });
  return items.map(({ id }) => ({ value: id, label: id }));
}
