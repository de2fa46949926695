"use client";

import { Button, Group, PasswordInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { limitServerQuery } from "#lib/api/queries";
import type { LimitServerAnswer } from "#lib/limits/server-schema";
import { CountingLine } from "../shell/counting-line.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { Section } from "./section.tsx";

/** Where several nodes count limits together: entered, changed or forgotten. */
export function LimitServerSection() {
  const t = useTranslations("limitServer");
  const { data } = useQuery(limitServerQuery());
  const [url, setUrl] = useState("");
  const save = useApiMutation<string | null, LimitServerAnswer | null>({
    send: (entered) =>
      entered === null
        ? { method: "DELETE", path: "/api/limit-server" }
        : { method: "PUT", path: "/api/limit-server", body: { url: entered } },
    invalidates: ["/api/limit-server"],
    onSaved: (_, entered) => {
      setUrl("");
      notifications.show({ message: entered === null ? t("removed") : t("saved") });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(url);
  };
  return (
    <Section title={t("title")} text={t("text")}>
      <form onSubmit={submit}>
        <CountingLine />
        <PasswordInput
          label={t("url")}
          description={data?.source === "environment" ? t("urlOfEnvironment") : t("urlHelp")}
          placeholder="redis://user:password@10.0.0.7:6379"
          autoComplete="off"
          value={url}
          error={save.error?.fields.url ?? save.error?.message}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Group mt="sm">
          <Button type="submit" variant="default" loading={save.isPending} disabled={url.trim() === ""}>
            {t("save")}
          </Button>
          {data?.source === "form" && (
            <Button variant="subtle" color="gray" onClick={() => save.mutate(null)}>
              {t("remove")}
            </Button>
          )}
        </Group>
      </form>
    </Section>
  );
}
