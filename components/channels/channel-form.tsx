"use client";

import { Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Channel } from "#lib/channels/schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useResourceForm } from "../shell/use-resource-form.ts";
import {
  type ChannelFormValues,
  channelBodyOf,
  credentialsText,
  emptyChannelForm,
  formOfChannel,
  timeoutNames,
} from "./channel-form-values.ts";
import classes from "./channels.module.css";
import { CredentialFields } from "./credential-fields.tsx";
import { ModelFields } from "./model-fields.tsx";
import { AudienceFields, CapFields, RoutingFields } from "./routing-fields.tsx";
import { TimeoutFields } from "./timeout-fields.tsx";

const fields = [
  ...["name", "provider", "baseUrl", "credential", "credentials", "models", "groups", "accounts"],
  ...["priority", "weight", "caps.concurrency", "caps.rpm", "costMultiplier", "injectUsage"],
  ...timeoutNames.map((name) => `timeouts.${name}`),
];
const providers = ["openai-compatible", "simulator"] as const;

export type ChannelFormProps = { form: UseFormReturnType<ChannelFormValues>; channel: Channel | null };
type Body = ReturnType<typeof channelBodyOf>;
type Props = {
  /** The channel to change, and the ETag it was read with; null connects a new one. */
  channel: Channel | null;
  etag?: string | null;
  onClose: () => void;
  onSaved: (channel: Channel) => void;
};

/** Connects a channel or changes one. Credentials go in and never come back. */
export function ChannelForm({ channel, etag = null, onClose, onSaved }: Props) {
  const t = useTranslations("channels");
  const isNew = channel === null;
  // Which credentials count as left alone follows what is stored, also when that has changed meanwhile.
  const [stored, setStored] = useState(channel);
  const { form, save, notice, drawer } = useResourceForm<ChannelFormValues, Body, Channel>({
    values: isNew ? emptyChannelForm : formOfChannel(channel),
    etag,
    formOf(current) {
      setStored(current);
      return formOfChannel(current);
    },
    labels: useLabels(),
    textOf: (name, value) => (name === "credentials" ? credentialsText(value) : undefined),
    fields,
    to: isNew
      ? { method: "POST", path: "/api/channels" }
      : { method: "PATCH", path: `/api/channels/${channel.id}` },
    invalidates: ["/api/channels", "/api/models"],
    onSaved,
  });
  return (
    <FormDrawer
      {...drawer}
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: channel.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={form.onSubmit((values) => save(channelBodyOf(values, stored)))}
    >
      {notice}
      <TextInput
        label={t("name")}
        placeholder={t("namePlaceholder")}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <UpstreamFields form={form} channel={channel} />
      <ModelFields form={form} channel={channel} />
      <div className={classes.folds}>
        <RoutingFields form={form} channel={channel} />
        <AudienceFields form={form} channel={channel} />
        <CapFields form={form} channel={channel} />
        <TimeoutFields form={form} />
      </div>
    </FormDrawer>
  );
}

function useLabels() {
  const t = useTranslations("channels");
  return {
    name: t("name"),
    baseUrl: t("baseUrl"),
    credentials: t("credentials"),
    models: t("models"),
    groups: t("groups"),
    accounts: t("accounts"),
    priority: t("priority"),
    weight: t("weight"),
    caps: t("capsAndCost"),
    costMultiplier: t("costMultiplier"),
    timeouts: t("timeLimits"),
    modalities: t("addTimeoutsFor"),
    injectUsage: t("injectUsage"),
  };
}

function UpstreamFields({ form, channel }: ChannelFormProps) {
  const t = useTranslations("channels");
  const isSimulator = form.values.provider === "simulator";
  return (
    <>
      <Select
        label={t("provider")}
        data={providers.map((value) => ({ value, label: t(`providers.${value}`) }))}
        allowDeselect={false}
        disabled={channel !== null}
        {...form.getInputProps("provider")}
      />
      <TextInput
        label={t("baseUrl")}
        description={isSimulator ? t("simulatorHelp") : t("baseUrlHelp")}
        placeholder={isSimulator ? "" : "https://api.openai.com/v1"}
        type="url"
        {...form.getInputProps("baseUrl")}
      />
      {!isSimulator && <CredentialFields form={form} />}
    </>
  );
}
