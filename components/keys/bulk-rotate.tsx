"use client";

import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { csvLine } from "#lib/core/csv";
import type { BulkKeysAnswer } from "#lib/keys/rotation-schema";
import { CopyButton } from "../common/copy-button.tsx";
import { saveFile } from "../shell/download.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./keys.module.css";
import { OverlapChoice } from "./overlap-choice.tsx";

type Props = { ids: readonly string[]; onClose: (isDone: boolean) => void };
type Rotated = BulkKeysAnswer["items"];

/** New secrets for all chosen keys, all or none: when the old ones end, then the new ones, once. */
export function BulkRotate({ ids, onClose }: Props) {
  const t = useTranslations("keys.rotate");
  const close = useTranslations("common")("close");
  const [overlap, setOverlap] = useState<number | null>(86_400);
  const rotate = useApiMutation<number, BulkKeysAnswer>({
    send: (overlapSeconds) => ({
      method: "POST",
      path: "/api/keys/bulk",
      body: { action: "rotate", ids, overlapSeconds },
    }),
    invalidates: ["/api/keys"],
    idempotent: true,
  });
  const isDone = rotate.data !== undefined;
  return (
    <Modal
      opened
      onClose={() => onClose(isDone)}
      title={t("bulkTitle", { count: ids.length })}
      size="lg"
      closeOnClickOutside={!isDone}
      closeOnEscape={!isDone}
      withCloseButton={!isDone}
      closeButtonProps={{ "aria-label": close }}
    >
      {rotate.data !== undefined ? (
        <NewSecrets rotated={rotate.data.items} onClose={() => onClose(true)} />
      ) : (
        <>
          <OverlapChoice value={overlap} onChange={setOverlap} />
          {rotate.error !== null && (
            <Alert color="red" variant="light" role="alert" mt="md">
              {rotate.error.message}
            </Alert>
          )}
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={() => onClose(false)}>
              {t("cancel")}
            </Button>
            <Button
              loading={rotate.isPending}
              disabled={overlap === null}
              onClick={() => overlap !== null && rotate.mutate(overlap)}
            >
              {t("bulkAction", { count: ids.length })}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}

function NewSecrets({ rotated, onClose }: { rotated: Rotated; onClose: () => void }) {
  const t = useTranslations("keys.rotate");
  const words = useTranslations("secret");
  const locale = useLocale();
  const until = rotated[0]?.validUntil;
  const download = () => {
    const lines = rotated.map(({ id, name, secret, validUntil }) => csvLine([id, name, secret, validUntil]));
    const text = `${[csvLine(["id", "name", "secret", "oldValidUntil"]), ...lines].join("\r\n")}\r\n`;
    saveFile("rotated-keys.csv", text, "text/csv;charset=utf-8");
  };
  return (
    <>
      <Text mb="xs">{t("bulkOnce")}</Text>
      <div className={classes.secrets}>
        <table aria-label={t("bulkSecrets")}>
          <tbody>
            {rotated.map(({ id, name, secret = "" }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>
                  <code>{secret}</code>
                </td>
                <td>
                  <CopyButton value={secret} label={t("copySecret", { name })} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {until !== undefined && Date.parse(until) > Date.now() && (
        <Text mt="md" c="dimmed">
          {t("bulkUntil", {
            time: new Date(until).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }),
          })}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={download}>
          {t("bulkDownload")}
        </Button>
        <Button onClick={onClose}>{words("done")}</Button>
      </Group>
    </>
  );
}
