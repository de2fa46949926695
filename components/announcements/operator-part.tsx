"use client";

import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPencil } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Announcement, MailCounts } from "#lib/announcements/schema";
import { Ago } from "../common/ago.tsx";
import { Facts } from "../common/facts.tsx";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEdited } from "../shell/use-edited.ts";
import { AnnouncementState } from "./announcement-state.tsx";
import classes from "./announcements.module.css";

const AnnouncementForm = dynamic(
  () => import("./announcement-form.tsx").then((module) => module.AnnouncementForm),
  { ssr: false },
);
const SureDialog = dynamic(() => import("../common/sure-dialog.tsx").then((module) => module.SureDialog), {
  ssr: false,
});

type Props = { announcement: Announcement; title: string; parent: { href: string; title: string } };

/** What operators see above an announcement: its state, its mails, and what can be done with it. */
export function OperatorPart({ announcement, title, parent }: Props) {
  const mayWrite = useCan("announcements.write");
  return (
    <>
      <PageHeader title={title} parent={parent} beside={<AnnouncementState state={announcement.state} />}>
        {mayWrite && <Actions announcement={announcement} />}
      </PageHeader>
      <AboutIt announcement={announcement} />
    </>
  );
}

function AboutIt({ announcement }: { announcement: Announcement }) {
  const t = useTranslations("announcements");
  const { versionId, mails, createdBy, publishedAt, withdrawnAt, isEdited, kind } = announcement;
  return (
    <div className={classes.facts}>
      <Facts
        facts={[
          ...(publishedAt === null ? [] : [{ name: t("publishedAt"), value: <Ago at={publishedAt} /> }]),
          ...(withdrawnAt === null ? [] : [{ name: t("states.withdrawn"), value: <Ago at={withdrawnAt} /> }]),
          {
            name: t("createdBy"),
            value: kind === "prices" && !isEdited ? t("proposed") : (createdBy ?? "–"),
          },
          ...(mails === null ? [] : [{ name: t("mails"), value: <Mails mails={mails} /> }]),
          ...(versionId === null
            ? []
            : [
                {
                  name: t("version"),
                  value: (
                    <Link className={classes.link} href={`/models/versions/${versionId}`}>
                      {t("openVersion")}
                    </Link>
                  ),
                },
              ]),
        ]}
      />
    </div>
  );
}

function Mails({ mails }: { mails: MailCounts }) {
  const t = useTranslations("announcements");
  const parts = (["sent", "waiting", "failed", "inDoubt", "digest"] as const).filter(
    (name) => mails[name] > 0,
  );
  if (parts.length === 0) return <>{t(mails.isQueueing ? "queueing" : "noMails")}</>;
  const states = { sent: "sent", waiting: "queued", failed: "failed", inDoubt: "in_doubt", digest: null };
  return (
    <>
      {parts.map((name, index) => {
        const words = t(name, { count: mails[name] });
        const state = states[name];
        return (
          <span key={name}>
            {index > 0 && ", "}
            {state === null ? (
              words
            ) : (
              <Link className={classes.link} href={`/outbox?template=announcement&state=${state}`}>
                {words}
              </Link>
            )}
          </span>
        );
      })}
      {mails.isQueueing && ` (${t("queueing")})`}
    </>
  );
}

function Actions({ announcement }: { announcement: Announcement }) {
  const t = useTranslations("announcements");
  const router = useRouter();
  const [open, setOpen] = useState<"edit" | "publish" | "withdraw" | null>(null);
  const { id, state, kind } = announcement;
  const edited = useEdited<Announcement>(open === "edit" ? `/api/announcements/${id}` : null);
  const discard = useApiMutation<void, void>({
    send: () => ({ method: "DELETE", path: `/api/announcements/${id}` }),
    invalidates: ["/api/announcements"],
    onSaved: () => {
      notifications.show({ message: t("discarded") });
      router.push("/announcements");
    },
  });
  const act = useApiMutation<"publish" | "withdraw", Announcement>({
    send: (verb) => ({ method: "POST", path: `/api/announcements/${id}/${verb}` }),
    invalidates: ["/api/announcements", "/api/outbox"],
    onSaved: (_, verb) => {
      notifications.show({ color: "green", message: t(verb === "publish" ? "published" : "withdrawn") });
      setOpen(null);
    },
  });
  const close = () => {
    act.reset();
    setOpen(null);
  };
  return (
    <>
      {state === "draft" && (
        <Button variant="subtle" color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
          {t("discard")}
        </Button>
      )}
      {state === "published" && (
        <Button variant="default" onClick={() => setOpen("withdraw")}>
          {t("withdraw")}
        </Button>
      )}
      {state !== "withdrawn" && (
        <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("edit")}>
          {t("edit")}
        </Button>
      )}
      {state === "draft" && kind === "notice" && (
        <Button onClick={() => setOpen("publish")}>{t("publish")}</Button>
      )}
      {open === "edit" && edited.data !== undefined && (
        <AnnouncementForm announcement={edited.data.value} etag={edited.data.etag} onClose={close} />
      )}
      {(open === "publish" || open === "withdraw") && (
        <SureDialog
          title={t(`${open}Title`)}
          text={t(`${open}Text`)}
          action={t(open)}
          isBusy={act.isPending}
          error={act.error?.message ?? null}
          onConfirm={() => act.mutate(open)}
          onClose={close}
        />
      )}
    </>
  );
}
