"use client";

import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPencil, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { VersionText } from "#lib/announcements/schema";
import { versionTextQuery } from "#lib/api/queries";
import { ErrorState } from "../common/error-state.tsx";
import { useCan } from "../shell/me.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./announcements.module.css";

const VersionTextForm = dynamic(
  () => import("./version-text-form.tsx").then((module) => module.VersionTextForm),
  { ssr: false },
);

/** What publishing a draft of prices will tell the public, or what it has told. */
export function VersionAnnouncement({ versionId }: { versionId: string }) {
  const t = useTranslations("announcements");
  const query = useQuery(versionTextQuery(versionId));
  return (
    <section>
      <h2>{t("ofVersion")}</h2>
      {query.data === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data !== undefined && <Shown versionId={versionId} text={query.data} />}
    </section>
  );
}

function Shown({ versionId, text }: { versionId: string; text: VersionText }) {
  const { isDraft } = text;
  const t = useTranslations("announcements");
  const isZh = useLocale() === "zh";
  if (text.changes.length === 0) return <p className={classes.dim}>{t("nothingPublic")}</p>;
  const title = isZh && text.titleZh !== "" ? text.titleZh : text.title;
  const words = isZh && text.textZh !== "" ? text.textZh : text.text;
  return (
    <div className={classes.section}>
      {isDraft && <p className={classes.dim}>{t("ofVersionHelp")}</p>}
      <div className={classes.preview}>
        <h3>{title}</h3>
        <div className={classes.source}>{words}</div>
        <p className={classes.note}>{t(text.isEdited ? "written" : "proposed")}</p>
      </div>
      {isDraft && <DraftActions versionId={versionId} text={text} />}
      {!isDraft && text.announcementId !== null && (
        <div>
          <Button component={Link} href={`/announcements/${text.announcementId}`} variant="default">
            {t("view")}
          </Button>
        </div>
      )}
    </div>
  );
}

function DraftActions({ versionId, text }: { versionId: string; text: VersionText }) {
  const t = useTranslations("announcements");
  const mayWrite = useCan("prices.write");
  const [isOpen, setOpen] = useState(false);
  const path = `/api/prices/versions/${versionId}/announcement`;
  const propose = useApiMutation<void, VersionText>({
    send: () => ({ method: "POST", path: `${path}/propose` }),
    invalidates: ["/api/prices", "/api/announcements"],
    onSaved: () => notifications.show({ message: t("proposedDone") }),
  });
  if (!mayWrite) return null;
  return (
    <Group gap="xs">
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen(true)}>
        {t("write")}
      </Button>
      {text.isEdited && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={propose.isPending}
          onClick={() => propose.mutate()}
        >
          {t("propose")}
        </Button>
      )}
      {isOpen && <VersionTextForm path={path} onClose={() => setOpen(false)} />}
    </Group>
  );
}
