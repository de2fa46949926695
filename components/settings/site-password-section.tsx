"use client";

import { Button, Group, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { sitePasswordQuery } from "#lib/api/queries";
import type { SitePassword } from "#lib/site/schema";
import { Ago } from "../common/ago.tsx";
import { StateBadge } from "../common/state-badge.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { Section } from "./section.tsx";

/** The password that every page asks for first: set, changed or taken away. */
export function SitePasswordSection() {
  const t = useTranslations("settings");
  const { data } = useQuery(sitePasswordQuery());
  const [password, setPassword] = useState("");
  const save = useApiMutation<{ password: string | null }, SitePassword>({
    send: (body) => ({ method: "PUT", path: "/api/site-password", body }),
    invalidates: ["/api/site-password"],
    onSaved: ({ isSet }) => {
      setPassword("");
      notifications.show({ message: isSet ? t("passwordSaved") : t("passwordRemoved") });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ password });
  };
  return (
    <Section title={t("sitePassword")} text={t("sitePasswordText")}>
      <form onSubmit={submit}>
        <Group gap="xs" mb="sm">
          <StateBadge tone={data?.isSet ? "ok" : "idle"}>
            {data?.isSet ? t("passwordSet") : t("passwordNotSet")}
          </StateBadge>
          {data?.changedAt && <Ago at={data.changedAt} />}
        </Group>
        <TextInput
          type="password"
          label={t("newPassword")}
          autoComplete="new-password"
          value={password}
          error={save.error?.fields.password ?? save.error?.message}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group mt="sm">
          <Button type="submit" variant="default" loading={save.isPending} disabled={password === ""}>
            {t("setPassword")}
          </Button>
          {data?.isSet && (
            <Button variant="subtle" color="gray" onClick={() => save.mutate({ password: null })}>
              {t("removePassword")}
            </Button>
          )}
        </Group>
      </form>
    </Section>
  );
}
