"use client";

import { MultiSelect, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { Channel } from "#lib/channels/schema";
import { TagList } from "../common/tag-list.tsx";
import { findGroups } from "../shell/find-options.ts";
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

const fields = [
  ...["name", "provider", "baseUrl", "credential", "models", "groups", "priority", "weight", "injectUsage"],
  ...timeoutNames.map((name) => `timeouts.${name}`),
];
const providers = ["openai-compatible", "simulator"] as const;
type Form = UseFormReturnType<ChannelFormValues>;
type Props = { channel: Channel | null; onClose: () => void; onSaved: (channel: Channel) => void };

/** Connects a channel or changes one. The credential goes in and never comes back. */
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
    save.mutate(channelBodyOf(values, isNew), {
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
      <Upstream form={form} channel={channel} />
      <TagList
        label={t("models")}
        description={t("modelsHelp")}
        placeholder="gpt-4o-mini"
        {...form.getInputProps("models")}
      />
      <Routing form={form} />
      <Timeouts form={form} />
    </FormDrawer>
  );
}

function Upstream({ form, channel }: { form: Form; channel: Channel | null }) {
  const t = useTranslations("channels");
  const isSimulator = form.values.provider === "simulator";
  const stored = channel?.hasCredential === true;
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
      {!isSimulator && (
        <TextInput
          type="password"
          label={t("credential")}
          description={t("credentialHelp")}
          placeholder={stored ? t("credentialStored") : "sk-…"}
          autoComplete="new-password"
          {...form.getInputProps("credential")}
        />
      )}
    </>
  );
}

function Routing({ form }: { form: Form }) {
  const t = useTranslations("channels");
  const groups = useQuery({ queryKey: ["search", "groups"], queryFn: findGroups, staleTime: 60_000 });
  return (
    <>
      <div className={classes.pair}>
        <NumberInput
          label={t("priority")}
          description={t("priorityHelp")}
          allowDecimal={false}
          {...form.getInputProps("priority")}
        />
        <NumberInput
          label={t("weight")}
          description={t("weightHelp")}
          min={0}
          allowDecimal={false}
          {...form.getInputProps("weight")}
        />
      </div>
      <MultiSelect
        label={t("groups")}
        placeholder={form.values.groups.length === 0 ? t("allGroups") : ""}
        data={groups.data ?? []}
        clearable
        {...form.getInputProps("groups")}
      />
    </>
  );
}

function Timeouts({ form }: { form: Form }) {
  const t = useTranslations("channels");
  return (
    <details className={classes.advanced}>
      <summary>{t("advanced")}</summary>
      <div>
        <Switch
          label={t("injectUsage")}
          description={t("injectUsageHelp")}
          {...form.getInputProps("injectUsage", { type: "checkbox" })}
        />
        {timeoutNames.map((name) => (
          <NumberInput
            key={name}
            label={t(`timeouts.${name}`)}
            placeholder={t("default")}
            suffix=" ms"
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            {...form.getInputProps(`timeouts.${name}`)}
          />
        ))}
      </div>
    </details>
  );
}
