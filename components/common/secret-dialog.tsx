"use client";

import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslations } from "next-intl";
import { CodeBlock } from "./code-block.tsx";

type Props = { title: string; secret: string | null; curl: string; onClose: () => void };

/** A secret, the only time it is shown, and a call that is ready to paste. Closing takes a button, not a slip. */
export function SecretDialog({ title, secret, curl, onClose }: Props) {
  const t = useTranslations("secret");
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Text mb="xs">{t("once")}</Text>
      <CodeBlock code={secret ?? ""} label={t("secret")} />
      <Text mt="lg" mb="xs">
        {t("tryIt")}
      </Text>
      <CodeBlock code={curl} label={t("curl")} />
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose}>{t("done")}</Button>
      </Group>
    </Modal>
  );
}
