"use client";

import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { RotatedKey } from "#lib/keys/rotation-schema";
import type { Key } from "#lib/keys/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { curlExample } from "../shell/curl-example.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useExampleModel } from "../shell/use-example-model.ts";
import { OverlapChoice } from "./overlap-choice.tsx";
import { OverlapClock } from "./overlap-clock.tsx";

type Props = { apiKey: Key; onClose: () => void };

/** Three steps: when the old secret ends, what that means, the new secret with the clock of the overlap. */
export function RotateDialog({ apiKey, onClose }: Props) {
  const t = useTranslations("keys.rotate");
  const close = useTranslations("common")("close");
  const [overlap, setOverlap] = useState<number | null>(86_400);
  const [isSure, setSure] = useState(false);
  const rotate = useApiMutation<number, RotatedKey>({
    send: (overlapSeconds) => ({
      method: "POST",
      path: `/api/keys/${apiKey.id}/rotate`,
      body: { overlapSeconds },
    }),
    invalidates: ["/api/keys"],
    idempotent: true,
  });
  const rotated = rotate.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("title", { name: apiKey.name })}
      size="lg"
      closeOnClickOutside={rotated === undefined}
      closeOnEscape={rotated === undefined}
      withCloseButton={rotated === undefined}
      closeButtonProps={{ "aria-label": close }}
    >
      {rotated !== undefined && <NewSecret rotated={rotated} onClose={onClose} />}
      {rotated === undefined && !isSure && (
        <>
          <OverlapChoice value={overlap} onChange={setOverlap} />
          <Group justify="flex-end" mt="lg">
            <Button disabled={overlap === null} onClick={() => setSure(true)}>
              {t("next")}
            </Button>
          </Group>
        </>
      )}
      {rotated === undefined && isSure && overlap !== null && (
        <>
          <WhatWillHappen apiKey={apiKey} overlap={overlap} />
          {rotate.error !== null && (
            <Alert color="red" variant="light" role="alert" mt="md">
              {rotate.error.message}
            </Alert>
          )}
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={() => setSure(false)}>
              {t("back")}
            </Button>
            <Button data-autofocus loading={rotate.isPending} onClick={() => rotate.mutate(overlap)}>
              {t("action")}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}

function WhatWillHappen({ apiKey, overlap }: { apiKey: Key; overlap: number }) {
  const t = useTranslations("keys.rotate");
  const locale = useLocale();
  const secret = `${apiKey.prefix}…${apiKey.last4}`;
  const [until] = useState(() => new Date(Date.now() + overlap * 1000));
  const time = until.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <section aria-label={t("step2")}>
      <Text fw={600} mb={4}>
        {t("step2")}
      </Text>
      <Text>{overlap === 0 ? t("whatNow", { secret }) : t("whatLater", { secret, time })}</Text>
    </section>
  );
}

function NewSecret({ rotated, onClose }: { rotated: RotatedKey; onClose: () => void }) {
  const t = useTranslations("keys.rotate");
  const words = useTranslations("secret");
  const anyModel = useExampleModel();
  const curl = curlExample(window.location.origin, rotated.secret, rotated.models[0] ?? anyModel);
  return (
    <section aria-label={t("step3")}>
      <Text mb="xs">{words("once")}</Text>
      <CodeBlock code={rotated.secret} label={words("secret")} />
      <Text mt="lg" mb="xs">
        {words("tryIt")}
      </Text>
      <CodeBlock code={curl} label={words("curl")} />
      <Text mt="lg" c="dimmed" role="timer">
        <OverlapClock until={rotated.validUntil} />
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose}>{words("done")}</Button>
      </Group>
    </section>
  );
}
