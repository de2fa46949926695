"use client";

import { Alert, Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";

type Props = {
  opened: boolean;
  title: string;
  /** What will happen, said before it does. */
  children: ReactNode;
  /** Has to be typed before the button works. */
  name: string;
  /** The verb on the button: "Delete key". */
  action: string;
  isBusy: boolean;
  error: string | null;
  onConfirm: () => void;
  onClose: () => void;
};

/** Confirms what cannot be undone: the name has to be typed. */
export function ConfirmDialog({
  opened,
  title,
  children,
  name,
  action,
  isBusy,
  error,
  onConfirm,
  onClose,
}: Props) {
  const t = useTranslations("common");
  const [typed, setTyped] = useState("");
  const matches = typed.trim() === name.trim();
  const close = () => {
    setTyped("");
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (matches) onConfirm();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
      zIndex={300}
    >
      <form onSubmit={submit}>
        <Text mb="md" component="div">
          {children}
        </Text>
        {error !== null && (
          <Alert color="red" variant="light" mb="md" role="alert">
            {error}
          </Alert>
        )}
        <TextInput
          label={t.rich("typeToConfirm", { name: () => <strong>{name}</strong> })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button type="submit" color="red" disabled={!matches} loading={isBusy}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
