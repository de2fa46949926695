"use client";

import { Select, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import {
  type ChannelFormValues,
  channelBodyOf,
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
type Props = { channel: Channel | null; onClose: () => void; onSaved: (channel: Channel) => void };

/** Connects a channel or changes one. Credentials go in and never come back. */
export function ChannelForm({ channel, onClose, onSaved }: Props) {
  const t = useTranslations("channels");
  const isNew = channel === null;
  const form = useForm<ChannelFormValues>({
    initialValues: isNew ? emptyChannelForm : formOfChannel(channel),
  });
  const save = useApiMutation<Record<string, unknown>, Channel>({
    send: (body) =>
      isNew
        ? { method: "POST", path: "/api/channels", body }
        : { method: "PATCH", path: `/api/channels/${channel.id}`, body },
    invalidates: ["/api/channels", "/api/models"],
    idempotent: isNew,
    onSaved,
  });
  const submit = form.onSubmit((values) =>
    save.mutate(channelBodyOf(values, channel), {
      onError: (problem) => form.setErrors(fieldErrors(problem, fields)),
    }),
  );
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={isNew ? t("createTitle") : t("editTitle", { name: channel.name })}
      action={isNew ? t("create") : t("save")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
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
