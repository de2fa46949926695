"use client";

import { Button, PasswordInput, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Provider, ProviderId, PutProvider } from "#lib/sign-in/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./settings.module.css";

const fields = ["name", "issuer", "clientId", "clientSecret", "enabled"];
const names = { github: "GitHub", google: "Google", oidc: "" } as const;

type Props = { id: ProviderId; known: Provider | undefined; onClose: () => void };

/** A provider's client: where it is, who we are there, and whether people may come in by it. */
export function ProviderForm({ id, known, onClose }: Props) {
  const t = useTranslations("settings.providers");
  const [isRemoving, setRemoving] = useState(false);
  const form = useForm({
    initialValues: {
      name: known?.name ?? names[id],
      issuer: known?.issuer ?? "",
      clientId: known?.clientId ?? "",
      clientSecret: "",
      enabled: known?.enabled ?? true,
    },
  });
  const save = useApiMutation<PutProvider, Provider>({
    send: (body) => ({ method: "PUT", path: `/api/sign-in-providers/${id}`, body }),
    invalidates: ["/api/sign-in-providers", "/api/auth/options"],
    onSaved: onClose,
  });
  const submit = form.onSubmit(({ name, issuer, clientId, clientSecret, enabled }) =>
    save.mutate(
      {
        clientId,
        enabled,
        ...(name.trim() === "" ? {} : { name }),
        ...(issuer.trim() === "" ? {} : { issuer }),
        ...(clientSecret === "" ? {} : { clientSecret }),
      },
      { onError: (problem) => form.setErrors(fieldErrors(problem, fields)) },
    ),
  );
  const callbackUrl = known?.callbackUrl ?? `${window.location.origin}/api/auth/callback/${id}`;
  return (
    <>
      <FormDrawer
        opened
        onClose={onClose}
        title={t(`kinds.${id}`)}
        action={t("save")}
        onSubmit={submit}
        isBusy={save.isPending}
        problem={save.error}
        fields={fields}
      >
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
          placeholder={known === undefined ? "" : t("secretKept")}
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
        {known !== undefined && (
          <div>
            <Button variant="default" c="var(--tg-bad)" onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          </div>
        )}
      </FormDrawer>
      {known !== undefined && isRemoving && (
        <RemoveProvider provider={known} onClose={() => setRemoving(false)} onRemoved={onClose} />
      )}
    </>
  );
}

type RemoveProps = { provider: Provider; onClose: () => void; onRemoved: () => void };

function RemoveProvider({ provider, onClose, onRemoved }: RemoveProps) {
  const t = useTranslations("settings.providers");
  const remove = useApiMutation<null, null>({
    send: () => ({ method: "DELETE", path: `/api/sign-in-providers/${provider.id}` }),
    invalidates: ["/api/sign-in-providers", "/api/auth/options"],
    onSaved: onRemoved,
  });
  return (
    <ConfirmDialog
      opened
      title={t("removeTitle", { name: provider.name })}
      name={provider.name}
      action={t("remove")}
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate(null)}
      onClose={onClose}
    >
      {t("removeText")}
    </ConfirmDialog>
  );
}
