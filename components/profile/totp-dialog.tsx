"use client";

import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { renderSVG } from "uqr";
import { CodeBlock } from "../common/code-block.tsx";
import { CopyButton } from "../common/copy-button.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./profile.module.css";

type Props = {
  secret: { secret: string; uri: string };
  onClose: () => void;
  onConfirmed: (recoveryCodes: string[]) => void;
};

/** The secret as a QR code and as text; a first code of it turns the second factor on. */
export function TotpDialog({ secret, onClose, onConfirmed }: Props) {
  const t = useTranslations("profile");
  const common = useTranslations("common");
  const [code, setCode] = useState("");
  const confirm = useApiMutation<string, { recoveryCodes: string[] }>({
    send: (value) => ({ method: "POST", path: "/api/me/totp/confirm", body: { code: value } }),
    invalidates: [],
    onSaved: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  const image = `data:image/svg+xml,${encodeURIComponent(renderSVG(secret.uri, { border: 2 }))}`;
  const error = confirm.error?.fields.code ?? confirm.error?.message;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("totpStart")}
      closeButtonProps={{ "aria-label": common("close") }}
      closeOnClickOutside={false}
    >
      <form onSubmit={submit}>
        <Text>{t("scan")}</Text>
        {/* biome-ignore lint/performance/noImgElement: made here, there is nothing to fetch or to resize */}
        <img className={classes.qr} src={image} alt={t("qr")} />
        <Text mb="xs">{t("orType")}</Text>
        <CodeBlock code={secret.secret} label={t("secret")} />
        <TextInput
          mt="lg"
          label={t("firstCode")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={error}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {common("cancel")}
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
            {t("totpConfirm")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** Recovery codes, the only time they are shown. Closing takes a button, not a slip. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useTranslations("profile");
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("codesTitle")}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Text>{t("codesText")}</Text>
      <ul className={classes.codes} aria-label={t("codesTitle")}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group justify="space-between">
        <CopyButton value={codes.join("\n")} label={t("codesCopy")} size={34} />
        <Button onClick={onClose} data-autofocus>
          {t("codesKept")}
        </Button>
      </Group>
    </Modal>
  );
}
