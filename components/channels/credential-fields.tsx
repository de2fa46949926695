"use client";

import { ActionIcon, Button, Input, TextInput } from "@mantine/core";
import { IconPlus, IconRefresh, IconX } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { ChannelFormProps } from "./channel-form.tsx";
import classes from "./channels.module.css";

/** The credentials in their order: stored ones masked, to be kept, replaced or removed; new ones entered. */
export function CredentialFields({ form }: Pick<ChannelFormProps, "form">) {
  const t = useTranslations("channels");
  const { credentials } = form.values;
  const error = form.errors.credential ?? form.errors.credentials;
  const remove = (at: number) => form.removeListItem("credentials", at);
  return (
    <Input.Wrapper
      label={credentials.length > 1 ? t("credentials") : t("credential")}
      description={t("credentialHelp")}
      error={error}
      labelElement="div"
    >
      <div className={classes.credentials}>
        {credentials.map((entry, at) => (
          <CredentialField
            key={entry.id ?? `new-${at}`}
            form={form}
            at={at}
            isAlone={credentials.length === 1}
            onRemove={() => remove(at)}
          />
        ))}
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem("credentials", { id: null, secret: "" })}
        >
          {t("addCredential")}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

type FieldProps = Pick<ChannelFormProps, "form"> & { at: number; isAlone: boolean; onRemove: () => void };

function CredentialField({ form, at, isAlone, onRemove }: FieldProps) {
  const t = useTranslations("channels");
  const [isReplacing, setReplacing] = useState(false);
  const isStored = form.values.credentials[at]?.id !== null;
  const name = t("credentialNumber", { number: at + 1 });
  return (
    <div className={classes.credential}>
      {isStored && !isReplacing ? (
        <TextInput aria-label={name} value="••••••••••••" readOnly disabled rightSectionWidth={0} />
      ) : (
        <TextInput
          type="password"
          aria-label={isAlone ? t("credential") : name}
          placeholder={isStored ? t("credentialStored") : "sk-…"}
          autoComplete="new-password"
          autoFocus={isReplacing}
          {...form.getInputProps(`credentials.${at}.secret`)}
        />
      )}
      {isStored && !isReplacing && (
        <ActionIcon
          aria-label={t("replaceCredential", { name })}
          title={t("replace")}
          onClick={() => setReplacing(true)}
        >
          <IconRefresh size={16} />
        </ActionIcon>
      )}
      {(isStored || !isAlone) && (
        <ActionIcon aria-label={t("removeCredential", { name })} title={t("remove")} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      )}
    </div>
  );
}
