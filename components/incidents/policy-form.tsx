"use client";

import { NumberInput, Radio, Stack, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { incidentPoliciesQuery } from "#lib/api/queries";
import type { Policies, PutPolicy } from "#lib/incidents/policy-schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";

type Props = { accountId: string; keyId: string | null; onClose: () => void };
const modes = ["inherit", "tell", "cap", "suspend"] as const;

/** What is done by itself when a key of the account, or this key, is used abnormally. */
export function PolicyForm(props: Props) {
  const { data } = useQuery(incidentPoliciesQuery({ accountId: props.accountId, keyId: props.keyId }));
  return data === undefined ? null : <Filled {...props} policies={data} />;
}

function Filled({ accountId, keyId, onClose, policies }: Props & { policies: Policies }) {
  const t = useTranslations("incidents.policy");
  const stored = keyId === null ? policies.account : policies.key;
  const start = stored ?? policies.inForce;
  const form = useForm({
    initialValues: {
      mode: (stored === null ? "inherit" : stored.mode) as (typeof modes)[number],
      atScore: start.atScore,
      capTimes: start.capTimes,
      cutStreams: start.cutStreams,
    },
  });
  const { mode, ...rest } = form.values;
  const save = useApiMutation<PutPolicy, Policies>({
    send: (body) => ({ method: "PUT", path: "/api/incidents/policies", body }),
    invalidates: ["/api/incidents"],
    onSaved: onClose,
  });
  const submit = () =>
    save.mutate({
      accountId,
      ...(keyId === null ? {} : { keyId }),
      policy: mode === "inherit" ? null : { mode, ...rest },
    });
  return (
    <FormDrawer
      opened
      title={t("title")}
      action={t("save")}
      isBusy={save.isPending}
      problem={save.error}
      fields={[]}
      onSubmit={form.onSubmit(submit)}
      onClose={onClose}
    >
      <Radio.Group label={t("mode")} {...form.getInputProps("mode")}>
        <Stack gap="xs" mt="xs">
          {modes.map((value) => (
            <Radio
              key={value}
              value={value}
              label={t(`modes.${value}`)}
              description={t(`modeHelp.${value}`, { mode: t(`modes.${policies.setting.mode}`) })}
            />
          ))}
        </Stack>
      </Radio.Group>
      {(mode === "cap" || mode === "suspend") && (
        <NumberInput
          label={t("atScore")}
          description={t("atScoreHelp")}
          min={1}
          max={100}
          {...form.getInputProps("atScore")}
        />
      )}
      {mode === "cap" && (
        <NumberInput label={t("capTimes")} min={1} max={1000} {...form.getInputProps("capTimes")} />
      )}
      {mode !== "inherit" && (
        <Switch
          label={t("cutStreams")}
          description={t("cutStreamsHelp")}
          {...form.getInputProps("cutStreams", { type: "checkbox" })}
        />
      )}
    </FormDrawer>
  );
}
