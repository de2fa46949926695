"use client";

import { ActionIcon, Button, Input, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { IncidentSettings } from "./incident-settings-values.ts";
import classes from "./settings.module.css";

const MOST_KEYS = 20;

/** The public keys by which partners sign their reports: any of them may be added, changed or removed. */
export function ScanningKeys({ form }: { form: UseFormReturnType<IncidentSettings> }) {
  const t = useTranslations("incidents.settings");
  const { publicKeys } = form.values;
  return (
    <Input.Wrapper
      label={t("keys")}
      description={t("keysHelp")}
      error={form.errors.publicKeys}
      labelElement="div"
    >
      <div className={classes.keys}>
        {publicKeys.map((_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the form holds all that a row shows, by its place
          <fieldset key={at} className={classes.key}>
            <legend>{t("keyNumber", { number: at + 1 })}</legend>
            <ActionIcon
              className={classes.remove}
              aria-label={t("removeKey", { number: at + 1 })}
              title={t("removeKey", { number: at + 1 })}
              onClick={() => form.removeListItem("publicKeys", at)}
            >
              <IconX size={16} />
            </ActionIcon>
            <TextInput
              label={t("keyId")}
              maxLength={200}
              autoComplete="off"
              {...form.getInputProps(`publicKeys.${at}.id`)}
            />
            <Textarea
              label={t("key")}
              placeholder="-----BEGIN PUBLIC KEY-----"
              autosize
              minRows={3}
              maxRows={8}
              spellCheck={false}
              {...form.getInputProps(`publicKeys.${at}.key`)}
            />
          </fieldset>
        ))}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          disabled={publicKeys.length >= MOST_KEYS}
          onClick={() => form.insertListItem("publicKeys", { id: "", key: "" })}
        >
          {t("addKey")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}
