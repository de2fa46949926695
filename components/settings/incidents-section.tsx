"use client";

import { Box, Button, Group, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import type { Settings, UpdateSettings } from "#lib/settings/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEditConflict } from "../shell/use-edit-conflict.tsx";
import {
  bodyOfIncidentSettings,
  filledRows,
  formOfIncidentSettings,
  type IncidentSettings,
  inputsRefused,
} from "./incident-settings-values.ts";
import { ScanningKeys } from "./scanning-keys.tsx";
import { Section } from "./section.tsx";

const modes = ["tell", "cap", "suspend"] as const;

type Props = { settings: Settings; etag: string | null; onSaved: () => void };

/** What happens by itself when a key looks stolen, and who may report a leaked one. */
export function IncidentsSection({ settings, etag, onSaved }: Props) {
  const t = useTranslations("incidents");
  const form = useForm<IncidentSettings>({ initialValues: formOfIncidentSettings(settings) });
  const conflict = useEditConflict<IncidentSettings>({
    base: formOfIncidentSettings(settings),
    etag,
    formOf: formOfIncidentSettings,
    labels: useLabels(),
    getValues: () => form.values,
    setValues: form.setValues,
    textOf: (name, value) => {
      const mode = name === "mode" && modes.find((one) => one === value);
      return mode ? t(`policy.modes.${mode}`) : undefined;
    },
  });
  const save = useApiMutation<UpdateSettings, Settings>({
    send: (body) => ({ method: "PATCH", path: "/api/settings", body, ifMatch: conflict.etag }),
    invalidates: ["/api/settings"],
    onSaved: () => {
      notifications.show({ message: t("settings.saved") });
      onSaved();
    },
  });
  const submit = form.onSubmit((values) => {
    // Rows that stay empty go, so that what is refused is named by the place that is seen.
    form.setFieldValue("publicKeys", filledRows(values.publicKeys));
    save.mutate(bodyOfIncidentSettings(values), {
      onError: (problem) => conflict.take(problem) || form.setErrors(inputsRefused(problem.fields)),
    });
  });
  return (
    <Section title={t("title")} text={t("settings.text")}>
      <form onSubmit={submit}>
        {conflict.notice}
        <Group grow align="end">
          <NumberInput
            label={t("settings.threshold")}
            min={1}
            max={100}
            {...form.getInputProps("threshold")}
          />
          <NumberInput label={t("settings.minRequests")} min={1} {...form.getInputProps("minRequests")} />
          <NumberInput label={t("settings.minHours")} min={0} {...form.getInputProps("minHours")} />
        </Group>
        <Select
          mt="md"
          label={t("policy.mode")}
          description={t(`policy.modeHelp.${form.values.mode}`)}
          allowDeselect={false}
          data={modes.map((value) => ({ value, label: t(`policy.modes.${value}`) }))}
          {...form.getInputProps("mode")}
        />
        <Group grow mt="md" align="end">
          <NumberInput label={t("policy.atScore")} min={1} max={100} {...form.getInputProps("atScore")} />
          <NumberInput label={t("policy.capTimes")} min={1} max={1000} {...form.getInputProps("capTimes")} />
        </Group>
        {(["cutStreams", "mailOperators", "disable"] as const).map((name) => (
          <Switch
            key={name}
            mt="md"
            label={t(`settings.${name}`)}
            {...form.getInputProps(name, { type: "checkbox" })}
          />
        ))}
        <TextInput
          mt="md"
          label={t("settings.keysUrl")}
          description={t("settings.keysUrlHelp")}
          placeholder="https://api.github.com/meta/public_keys/secret_scanning"
          {...form.getInputProps("keysUrl")}
        />
        <Box mt="md">
          <ScanningKeys form={form} />
        </Box>
        {save.error !== null && save.error.code !== "stale" && <p role="alert">{save.error.message}</p>}
        <Group mt="md">
          <Button type="submit" variant="default" loading={save.isPending}>
            {t("settings.save")}
          </Button>
        </Group>
      </form>
    </Section>
  );
}

function useLabels() {
  const t = useTranslations("incidents");
  return {
    threshold: t("settings.threshold"),
    minRequests: t("settings.minRequests"),
    minHours: t("settings.minHours"),
    mode: t("policy.mode"),
    atScore: t("policy.atScore"),
    capTimes: t("policy.capTimes"),
    cutStreams: t("settings.cutStreams"),
    mailOperators: t("settings.mailOperators"),
    disable: t("settings.disable"),
    keysUrl: t("settings.keysUrl"),
    publicKeys: t("settings.keys"),
  };
}
