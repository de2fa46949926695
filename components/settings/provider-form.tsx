"use client";

import { Button, PasswordInput, Switch, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Provider, ProviderId, PutProvider } from "#lib/sign-in/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { ConfirmRemoval } from "../shell/confirm-removal.tsx";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import classes from "./settings.module.css";

const fields = ["name", "issuer", "clientId", "clientSecret", "enabled"];
const names = { github: "GitHub", google: "Google", oidc: "" } as const;

type Props = {
  id: ProviderId;
  /** The provider to change, and the ETag it was read with; null sets it up. */
  known: Provider | null;
  etag: string | null;
  onClose: () => void;
};

/** A provider's client: where it is, who we are there, and whether people may come in by it. */
export function ProviderForm({ id, known, etag, onClose }: Props) {
  const t = useTranslations("settings.providers");
  const [isRemoving, setRemoving] = useState(false);
  const path = `/api/sign-in-providers/${id}`;
  const invalidates = ["/api/sign-in-providers", "/api/auth/options"];
  const { form, save, notice, drawer } = useResourceForm<Values, PutProvider, Provider>({
    values: known === null ? { ...empty, name: names[id] } : formOfProvider(known),
    etag,
    formOf: formOfProvider,
    labels: {
      name: t("button"),
      issuer: t(id === "github" ? "server" : "issuer"),
      clientId: t("clientId"),
      enabled: t("enabled"),
    },
    fields,
    to: { method: "PUT", path },
    invalidates,
    onSaved: onClose,
  });
  const callbackUrl = known?.callbackUrl ?? `${window.location.origin}/api/auth/callback/${id}`;
  return (
    <>
      <FormDrawer
        {...drawer}
        opened
        onClose={onClose}
        title={t(`kinds.${id}`)}
        action={t("save")}
        onSubmit={form.onSubmit((values) => save(bodyOf(values)))}
      >
        {notice}
        <div>
          <p className={classes.label}>{t("callback")}</p>
          <CodeBlock code={callbackUrl} label={t("callback")} />
          <p className={classes.hint}>{t(`callbackHelp.${id}`)}</p>
        </div>
        {id !== "google" && (
          <TextInput
            label={t(id === "github" ? "server" : "issuer")}
            description={t(id === "github" ? "serverHelp" : "issuerHelp")}
            placeholder={id === "github" ? "https://github.com" : "https://sso.example.com"}
            {...form.getInputProps("issuer")}
          />
        )}
        <TextInput
          label={t("clientId")}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("clientId")}
        />
        <PasswordInput
          label={t("clientSecret")}
          description={t("clientSecretHelp")}
          placeholder={known === null ? "" : t("secretKept")}
          autoComplete="new-password"
          {...form.getInputProps("clientSecret")}
        />
        <TextInput
          label={t("button")}
          description={t("buttonHelp")}
          placeholder={id === "oidc" ? "Acme SSO" : names[id]}
          {...form.getInputProps("name")}
        />
        <Switch
          label={t("enabled")}
          description={t("enabledHelp")}
          {...form.getInputProps("enabled", { type: "checkbox" })}
        />
        {known !== null && (
          <div>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          </div>
        )}
      </FormDrawer>
      {known !== null && isRemoving && (
        <ConfirmRemoval
          path={path}
          invalidates={invalidates}
          title={t("removeTitle", { name: known.name })}
          name={known.name}
          action={t("remove")}
          onClose={() => setRemoving(false)}
          onRemoved={onClose}
        >
          {t("removeText")}
        </ConfirmRemoval>
      )}
    </>
  );
}

const empty = { name: "", issuer: "", clientId: "", clientSecret: "", enabled: true };
type Values = typeof empty;

function formOfProvider({ name, issuer, clientId, enabled }: Provider): Values {
  return { name, issuer, clientId, clientSecret: "", enabled };
}

/** What is left empty is as usual; an empty secret stays as it is. */
function bodyOf({ name, issuer, clientId, clientSecret, enabled }: Values): PutProvider {
  return {
    clientId,
    enabled,
    ...(name.trim() === "" ? {} : { name }),
    ...(issuer.trim() === "" ? {} : { issuer }),
    ...(clientSecret === "" ? {} : { clientSecret }),
  };
}
