"use client";

import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState } from "react";
import { ApiProblem, apiSend, onReauthenticationRequired } from "#lib/api/client";
import { useMe } from "./me.tsx";

/** Asks for the password again when a write wants a recent one; the write then goes on by itself. */
export function StepUpDialog() {
  const t = useTranslations("stepUp");
  const me = useMe();
  const [answer, setAnswer] = useState<((accepted: boolean) => void) | null>(null);
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    onReauthenticationRequired(() => new Promise<boolean>((resolve) => setAnswer(() => resolve)));
    return () => onReauthenticationRequired(null);
  }, []);

  const finish = (accepted: boolean) => {
    answer?.(accepted);
    setAnswer(null);
    setPassword("");
    setError(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    try {
      await apiSend({ method: "POST", path: "/api/auth/reauthenticate", body: { password } });
      finish(true);
    } catch (problem) {
      setError(problem instanceof ApiProblem ? problem.message : t("failed"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={answer !== null} onClose={() => finish(false)} title={t("title")} zIndex={400}>
      <form onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={me.user?.email ?? ""} readOnly />
        <Text c="dimmed" mb="md">
          {t("why")}
        </Text>
        <TextInput
          type="password"
          label={t("password")}
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          error={error}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => finish(false)}>
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
