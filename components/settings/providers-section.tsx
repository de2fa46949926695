"use client";

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { signInProvidersQuery } from "#lib/api/queries";
import type { Provider, ProviderId } from "#lib/sign-in/schema";
import { ErrorState } from "../common/error-state.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { Section } from "./section.tsx";
import classes from "./settings.module.css";

const ProviderForm = dynamic(() => import("./provider-form.tsx").then((module) => module.ProviderForm), {
  ssr: false,
});

const ids = ["github", "google", "oidc"] as const;

/** Whose sign-ins are taken beside passwords. */
export function ProvidersSection() {
  const t = useTranslations("settings.providers");
  const query = useQuery(signInProvidersQuery());
  // Whether it is a new one is known when its form opens: a list that is read again must not change the form.
  const [open, setOpen] = useState<{ id: ProviderId; isNew: boolean } | null>(null);
  const known = new Map(query.data?.items.map((provider) => [provider.id, provider]));
  const edited = useEdited<Provider>(
    open === null || open.isNew ? null : `/api/sign-in-providers/${open.id}`,
  );
  const close = () => setOpen(null);
  return (
    <Section title={t("title")} text={t("text")}>
      {query.data === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      <ul className={classes.providers}>
        {ids.map((id) => {
          const provider = known.get(id);
          return (
            <li key={id}>
              <span className={classes.provider}>
                <span>{t(`kinds.${id}`)}</span>
                {provider !== undefined && <span className={classes.issuer}>{provider.issuer}</span>}
              </span>
              <StateBadge tone={provider?.enabled ? "ok" : "idle"}>
                {provider === undefined ? t("none") : provider.enabled ? t("on") : t("off")}
              </StateBadge>
              <Button
                variant="default"
                size="compact-sm"
                disabled={query.data === undefined}
                aria-label={t(provider === undefined ? "setUpNamed" : "editNamed", {
                  name: t(`kinds.${id}`),
                })}
                onClick={() => setOpen({ id, isNew: provider === undefined })}
              >
                {provider === undefined ? t("setUp") : t("edit")}
              </Button>
            </li>
          );
        })}
      </ul>
      {open?.isNew && <ProviderForm id={open.id} known={null} etag={null} onClose={close} />}
      {edited.data !== undefined && (
        <ProviderForm
          id={edited.data.value.id}
          known={edited.data.value}
          etag={edited.data.etag}
          onClose={close}
        />
      )}
    </Section>
  );
}
