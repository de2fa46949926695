"use client";

import { Alert, Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { type ApiProblem, apiGetTagged } from "#lib/api/client";
import { priceDiffQuery } from "#lib/api/queries";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { invalidate, useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./prices.module.css";

type Props = {
  id: string;
  /** Of the draft as it was shown; without it the dialog reads one when it opens. */
  etag?: string | null | undefined;
  isScheduled: boolean;
  onClose: () => void;
  onPublished: (version: PriceVersionDetail) => void;
};

const HOUR_MS = 3_600_000;

/** Says what publishing does before it is done: now, which is in 2 s, or at a time. */
export function PublishDialog({ id, etag: shown, isScheduled, onClose, onPublished }: Props) {
  const t = useTranslations("prices");
  const tCommon = useTranslations("common");
  const [at, setAt] = useState(() => localInput(new Date(Math.ceil(Date.now() / HOUR_MS + 1) * HOUR_MS)));
  const changes = useQuery(priceDiffQuery(id));
  const path = `/api/prices/versions/${id}`;
  const read = useQuery({
    queryKey: ["publishing", path],
    queryFn: ({ signal }) => apiGetTagged<PriceVersionDetail>(path, signal),
    gcTime: 0,
    enabled: shown === undefined,
  });
  const [newer, setNewer] = useState<string | null>(null);
  const etag = newer ?? (shown === undefined ? (read.data?.etag ?? null) : shown);
  const publish = useApiMutation<string | null, PriceVersionDetail>({
    send: (effectiveAt) => ({
      method: "POST",
      path: `${path}/publish`,
      ifMatch: etag,
      body: effectiveAt === null ? {} : { effectiveAt },
    }),
    invalidates: ["/api/prices", "/api/models", "/api/groups", "/api/announcements"],
    idempotent: true,
    onSaved: (version) => {
      notifications.show({ color: "green", message: t(isScheduled ? "scheduledDone" : "publishedDone") });
      onPublished(version);
    },
  });
  const moment = new Date(at);
  const isTime = !Number.isNaN(moment.getTime());
  const queryClient = useQueryClient();
  // What somebody else made of the draft is shown before it is published all the same.
  const onError = ({ code, etag: theirs }: ApiProblem) => {
    if (code !== "stale") return;
    setNewer(theirs);
    void invalidate(queryClient, ["/api/prices"]);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isScheduled) publish.mutate(null, { onError });
    else if (isTime) publish.mutate(moment.toISOString(), { onError });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(isScheduled ? "scheduleTitle" : "publishTitle")}
      closeButtonProps={{ "aria-label": tCommon("close") }}
      zIndex={300}
    >
      <form onSubmit={submit}>
        <Text mb="md">
          {t(isScheduled ? "scheduleHelp" : "publishHelp", { count: changes.data?.items.length ?? 0 })}
        </Text>
        {publish.error !== null && (
          <Alert color="red" variant="light" mb="md" role="alert">
            {publish.error.message}
          </Alert>
        )}
        {isScheduled && (
          <TextInput
            type="datetime-local"
            label={t("effectiveAt")}
            description={t("localTimeHelp", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
            value={at}
            onChange={({ currentTarget }) => setAt(currentTarget.value)}
            error={isTime ? null : t("noTime")}
            data-autofocus
          />
        )}
        {isScheduled && isTime && <p className={classes.dim}>{moment.toISOString().replace(".000", "")}</p>}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {tCommon("cancel")}
          </Button>
          <Button type="submit" loading={publish.isPending} data-autofocus={!isScheduled || undefined}>
            {t(isScheduled ? "schedule" : "publish")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

/** A moment as the input of the browser's own zone writes it: 2026-11-22T09:00. */
function localInput(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
