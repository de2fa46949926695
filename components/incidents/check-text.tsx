"use client";

import { Alert, Button, Group, Modal, Textarea } from "@mantine/core";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { CheckedText } from "#lib/scanning/schema";
import { StateBadge, type Tone } from "../common/state-badge.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./incidents.module.css";

const tones: Record<CheckedText["items"][number]["status"], Tone> = {
  alive: "bad",
  disabled: "warn",
  expired: "idle",
  rotated: "idle",
  deleted: "idle",
  unknown: "idle",
};

/** Whose is a key that somebody has found, and does it work? What is pasted is neither kept nor logged. */
export function CheckText({ onClose }: { onClose: () => void }) {
  const t = useTranslations("incidents.check");
  const common = useTranslations("common");
  const [text, setText] = useState("");
  const check = useApiMutation<string, CheckedText>({
    send: (pasted) => ({ method: "POST", path: "/api/secret-scanning/check", body: { text: pasted } }),
    invalidates: [],
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(text);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("title")}
      size="lg"
      closeButtonProps={{ "aria-label": common("close") }}
    >
      <form onSubmit={submit}>
        <Textarea
          label={t("label")}
          description={t("help")}
          autosize
          minRows={4}
          maxRows={12}
          maxLength={65_536}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={text.trim() === ""} loading={check.isPending}>
            {t("action")}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {check.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {check.error.message}
          </Alert>
        )}
        {check.data?.items.length === 0 && <p>{t("none")}</p>}
        {check.data !== undefined && check.data.items.length > 0 && (
          <ul className={classes.timeline}>
            {check.data.items.map((item) => (
              <li key={`${item.prefix}${item.last4}${item.keyId}`}>
                <StateBadge tone={tones[item.status]}>{t(`statuses.${item.status}`)}</StateBadge>
                <span>
                  <code>{`${item.prefix}…${item.last4}`}</code>
                  {item.keyId !== null && (
                    <small>
                      <Link className={classes.link} href={`/keys/${item.keyId}`}>
                        {item.keyName}
                      </Link>
                      {` · ${item.accountName}`}
                    </small>
                  )}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Modal>
  );
}
