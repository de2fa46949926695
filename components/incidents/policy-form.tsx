"use client";

import { NumberInput, Radio, Stack, Switch } from "@mantine/core";
import { useTranslations } from "next-intl";
import { withParams } from "#lib/api/client";
import type { Policies, PutPolicy } from "#lib/incidents/policy-schema";
import { FormDrawer } from "../shell/form-drawer.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { useResourceForm } from "../shell/use-resource-form.ts";

type Props = { accountId: string; keyId: string | null; onClose: () => void };
const path = "/api/incidents/policies";
const modes = ["inherit", "tell", "cap", "suspend"] as const;
type Values = { mode: (typeof modes)[number]; atScore: number; capTimes: number; cutStreams: boolean };

/** What is done by itself when a key of the account, or this key, is used abnormally. */
export function PolicyForm(props: Props) {
  const { accountId, keyId } = props;
  const { data } = useEdited<Policies>(withParams(path, { accountId, keyId }));
  return data === undefined ? null : <Filled {...props} policies={data.value} etag={data.etag} />;
}

type FilledProps = Props & { policies: Policies; etag: string | null };

function Filled({ accountId, keyId, onClose, policies, etag }: FilledProps) {
  const t = useTranslations("incidents.policy");
  const formOf = (current: Policies) => valuesOf(current, keyId === null ? "account" : "key");
  const { form, save, notice, drawer } = useResourceForm<Values, PutPolicy, Policies>({
    values: formOf(policies),
    etag,
    formOf,
    labels: {
      mode: t("mode"),
      atScore: t("atScore"),
      capTimes: t("capTimes"),
      cutStreams: t("cutStreams"),
    },
    textOf: (name, value) => (name === "mode" ? t(`modes.${value as Values["mode"]}`) : undefined),
    fields: [],
    to: { method: "PUT", path },
    invalidates: ["/api/incidents"],
    onSaved: onClose,
  });
  const { mode, ...rest } = form.values;
  const submit = () =>
    save({
      accountId,
      ...(keyId === null ? {} : { keyId }),
      policy: mode === "inherit" ? null : { mode, ...rest },
    });
  return (
    <FormDrawer
      {...drawer}
      opened
      title={t("title")}
      action={t("save")}
      onSubmit={form.onSubmit(submit)}
      onClose={onClose}
    >
      {notice}
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

/** Without a policy of its own it starts from the one that counts. */
function valuesOf(policies: Policies, scope: "account" | "key"): Values {
  const stored = policies[scope];
  const { atScore, capTimes, cutStreams } = stored ?? policies.inForce;
  return { mode: stored === null ? "inherit" : stored.mode, atScore, capTimes, cutStreams };
}
