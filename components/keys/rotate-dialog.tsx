"use client";

import { Alert, Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { RotatedKey } from "#lib/keys/rotation-schema";
import type { Key } from "#lib/keys/schema";
import { CodeBlock } from "../common/code-block.tsx";
import { curlExample } from "../shell/curl-example.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useExampleModel } from "../shell/use-example-model.ts";
import { OverlapClock } from "./overlap-clock.tsx";

const overlaps = ["0", "900", "3600", "86400", "604800"] as const;
type Overlap = (typeof overlaps)[number];
type Props = { apiKey: Key; onClose: () => void };

/** Three steps: when the old secret ends, what that means, the new secret with the clock of the overlap. */
export function RotateDialog({ apiKey, onClose }: Props) {
  const t = useTranslations("keys.rotate");
  const close = useTranslations("common")("close");
  const [overlap, setOverlap] = useState<Overlap>("86400");
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
        <ChooseEnd overlap={overlap} onChange={setOverlap} onNext={() => setSure(true)} />
      )}
      {rotated === undefined && isSure && (
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
            <Button data-autofocus loading={rotate.isPending} onClick={() => rotate.mutate(Number(overlap))}>
              {t("action")}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}

type ChooseProps = { overlap: Overlap; onChange: (overlap: Overlap) => void; onNext: () => void };

function ChooseEnd({ overlap, onChange, onNext }: ChooseProps) {
  const t = useTranslations("keys.rotate");
  const choose = (value: string) => onChange(overlaps.find((one) => one === value) ?? "0");
  return (
    <>
      <Radio.Group label={t("step1")} value={overlap} onChange={choose}>
        <Stack gap="xs" mt="xs">
          {overlaps.map((value) => (
            <Radio key={value} value={value} label={value === "0" ? t("now") : t(`later.${value}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Text c="dimmed" mt="md">
        {overlap === "0" ? t("nowHelp") : t("laterHelp")}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onNext}>{t("next")}</Button>
      </Group>
    </>
  );
}

function WhatWillHappen({ apiKey, overlap }: { apiKey: Key; overlap: Overlap }) {
  const t = useTranslations("keys.rotate");
  const locale = useLocale();
  const secret = `${apiKey.prefix}…${apiKey.last4}`;
  const [until] = useState(() => new Date(Date.now() + Number(overlap) * 1000));
  const time = until.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <section aria-label={t("step2")}>
      <Text fw={600} mb={4}>
        {t("step2")}
      </Text>
      <Text>{overlap === "0" ? t("whatNow", { secret }) : t("whatLater", { secret, time })}</Text>
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
