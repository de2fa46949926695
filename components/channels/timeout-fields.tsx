"use client";

import { ActionIcon, NumberInput, Select, Switch } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { modalities } from "#lib/channels/schema";
import { defaultTimeouts, modalityTimeouts } from "#lib/gateway/timeouts";
import { groupDigits } from "../common/format-money.ts";
import type { ChannelFormProps } from "./channel-form.tsx";
import { noTimeouts, timeoutNames } from "./channel-form-values.ts";
import classes from "./channels.module.css";

type Props = Pick<ChannelFormProps, "form">;

/** How long the channel is waited for, in general and for models of a kind; each empty field shows what holds. */
export function TimeoutFields({ form }: Props) {
  const t = useTranslations("channels");
  const { values } = form;
  const open = modalities.filter((name) => !values.modalities.some(({ modality }) => modality === name));
  return (
    <details className={classes.advanced}>
      <summary>{t("advanced")}</summary>
      <div>
        <Switch
          label={t("injectUsage")}
          description={t("injectUsageHelp")}
          {...form.getInputProps("injectUsage", { type: "checkbox" })}
        />
        <Limits form={form} path="timeouts" defaults={defaultTimeouts} />
        {values.modalities.map(({ modality }, at) => (
          <fieldset key={modality} className={classes.modality}>
            <legend>
              {t("timeoutsFor", { kind: t(`modalities.${modality}`) })}
              <ActionIcon
                size="sm"
                aria-label={t("removeTimeoutsFor", { kind: t(`modalities.${modality}`) })}
                onClick={() => form.removeListItem("modalities", at)}
              >
                <IconX size={14} />
              </ActionIcon>
            </legend>
            <Limits
              form={form}
              path={`modalities.${at}.timeouts`}
              defaults={{ ...defaultTimeouts, ...modalityTimeouts[modality], ...entered(values.timeouts) }}
            />
          </fieldset>
        ))}
        <Select
          label={t("addTimeoutsFor")}
          placeholder={t("chooseKind")}
          data={open.map((value) => ({ value, label: t(`modalities.${value}`) }))}
          value={null}
          onChange={(value) => {
            const modality = open.find((name) => name === value);
            if (modality !== undefined) form.insertListItem("modalities", { modality, timeouts: noTimeouts });
          }}
        />
      </div>
    </details>
  );
}

type LimitsProps = Props & { path: string; defaults: Readonly<Partial<Record<string, number>>> };

function Limits({ form, path, defaults }: LimitsProps) {
  const t = useTranslations("channels");
  return timeoutNames.map((name) => (
    <NumberInput
      key={name}
      label={t(`timeouts.${name}`)}
      placeholder={t("defaultIs", { value: `${groupDigits(String(defaults[name] ?? 0))} ms` })}
      suffix=" ms"
      min={1}
      allowDecimal={false}
      thousandSeparator=","
      {...form.getInputProps(`${path}.${name}`)}
    />
  ));
}

function entered(values: Readonly<Record<string, number | string>>): Record<string, number> {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}
