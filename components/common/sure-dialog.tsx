"use client";

import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useTranslations } from "next-intl";
import type { FormEvent } from "react";

type Props = {
  title: string;
  /** What will happen, said before it does. */
  text: string;
  action: string;
  isBusy: boolean;
  error: string | null;
  onConfirm: () => void;
  onClose: () => void;
};

/** Says what a button does to others before it is done. */
export function SureDialog({ title, text, action, isBusy, error, onConfirm, onClose }: Props) {
  const t = useTranslations("common");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ "aria-label": t("close") }}
      zIndex={300}
    >
      <form onSubmit={submit}>
        <Text mb="md">{text}</Text>
        {error !== null && (
          <Alert color="red" variant="light" mb="md" role="alert">
            {error}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy} data-autofocus>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
