"use client";

import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { ApiProblem, apiSend } from "#lib/api/client";
import { useMe } from "./me.tsx";

/** The password prompt; answers whether the server accepted what was entered. */
export function StepUpDialog({ onAnswer }: { onAnswer: (accepted: boolean) => void }) {
  const t = useTranslations("stepUp");
  const me = useMe();
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      await apiSend({ method: "POST", path: "/api/auth/reauthenticate", body: { password } });
      onAnswer(true);
    } catch (problem) {
      setError(problem instanceof ApiProblem ? problem.message : t("failed"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={() => onAnswer(false)} title={t("title")} zIndex={400}>
      <form onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={me.user?.email ?? ""} readOnly />
        <Text c="dimmed" mb="md">
          {t("why")} {!me.hasPassword && <a href="/forgot-password">{t("noPassword")}</a>}
        </Text>
        <TextInput
          type="password"
          label={t("password")}
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
          value={password}
          error={error}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => onAnswer(false)}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t("confirm")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
