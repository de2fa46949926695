"use client";

import { Button, Select } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconDownload, IconPencil } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsString, useQueryState } from "nuqs";
import { type ReactNode, useState } from "react";
import { priceDiffQuery, priceVersionQuery, priceVersionsQuery } from "#lib/api/queries";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { Ago } from "../common/ago.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { Facts } from "../common/facts.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useEdited } from "../shell/use-edited.ts";
import { ChangesTable } from "./changes-table.tsx";
import { DraftNote } from "./draft-note.tsx";
import { PreviewSection } from "./preview-section.tsx";
import classes from "./prices.module.css";
import { VersionState } from "./version-state.tsx";

const PublishDialog = dynamic(() => import("./publish-dialog.tsx").then((module) => module.PublishDialog), {
  ssr: false,
});
const RollBackDialog = dynamic(() => import("./roll-back.tsx").then((module) => module.RollBackDialog), {
  ssr: false,
});

/** One version: what it changes, unit by unit, against what stood before it or any other version. */
export function VersionView({ id, children }: { id: string; children?: ReactNode }) {
  const query = useQuery(priceVersionQuery(id));
  if (query.data === undefined)
    return query.error === null ? null : (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    );
  return <Version version={query.data}>{children}</Version>;
}

function Version({ version, children }: { version: PriceVersionDetail; children: ReactNode }) {
  const t = useTranslations("prices");
  const { id, number, state, note } = version;
  const title = t("versionTitle", { number });
  return (
    <>
      <PageHeader
        title={title}
        parent={{ href: "/models/versions", title: t("versions") }}
        beside={<VersionState state={state} />}
      >
        {state === "draft" ? <DraftActions version={version} /> : <PublishedActions version={version} />}
      </PageHeader>
      <div className={classes.page}>
        <Facts
          facts={[
            {
              name: t("note"),
              value: state === "draft" ? <DraftNote version={version} /> : note || "–",
            },
            { name: t("effectiveAt"), value: <Ago at={version.effectiveAt} /> },
            { name: t("createdBy"), value: version.createdBy },
            { name: t("createdAt"), value: <Ago at={version.createdAt} /> },
          ]}
        />
        <Changes id={id} state={state} />
        {children}
        {(state === "draft" || state === "scheduled") && <PreviewSection id={id} />}
      </div>
    </>
  );
}

function Changes({ id, state }: Pick<PriceVersionDetail, "id" | "state">) {
  const t = useTranslations("prices");
  const [against, setAgainst] = useQueryState("against", parseAsString);
  const changes = useQuery(priceDiffQuery(id, against));
  const versions = useInfiniteQuery(priceVersionsQuery({ limit: 200 }));
  const others = versions.data?.pages.flatMap((page) => page.items).filter((other) => other.id !== id) ?? [];
  return (
    <section>
      <h2>{t("changes")}</h2>
      <div className={classes.tools}>
        <Select
          aria-label={t("against")}
          w={300}
          searchable
          clearable
          placeholder={t(state === "draft" ? "againstInForce" : "againstBefore")}
          data={others.map((other) => ({
            value: other.id,
            label: [t("versionTitle", { number: other.number }), other.note]
              .filter((text) => text !== "")
              .join(" · "),
          }))}
          value={against}
          onChange={(value) => void setAgainst(value)}
        />
        {(["csv", "json"] as const).map((format) => (
          <Button
            key={format}
            component="a"
            href={`/api/prices/versions/${id}/export?format=${format}`}
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            {format.toUpperCase()}
          </Button>
        ))}
        <Button component="a" href={`/api/prices/versions/${id}/export?all=true`} variant="subtle">
          {t("wholeList")}
        </Button>
      </div>
      {changes.data === undefined && changes.error !== null && (
        <ErrorState error={changes.error} onRetry={() => void changes.refetch()} />
      )}
      {changes.data !== undefined && <ChangesTable changes={changes.data.items} label={t("changes")} />}
    </section>
  );
}

function DraftActions({ version: { id, entryCount } }: { version: PriceVersionDetail }) {
  const t = useTranslations("prices");
  const router = useRouter();
  const [isScheduled, setIsScheduled] = useState<boolean | null>(null);
  // The one that the note is edited with: the draft as this page has shown it.
  const shown = useEdited<PriceVersionDetail>(`/api/prices/versions/${id}`);
  const discard = useApiMutation<void, void>({
    send: () => ({ method: "DELETE", path: `/api/prices/versions/${id}` }),
    invalidates: ["/api/prices"],
    onSaved: () => {
      notifications.show({ message: t("discarded") });
      router.push("/models/versions");
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" loading={discard.isPending} onClick={() => discard.mutate()}>
        {t("discard")}
      </Button>
      <Button
        component={Link}
        href={`/models/prices?draft=${id}`}
        variant="default"
        leftSection={<IconPencil size={16} />}
      >
        {t("edit")}
      </Button>
      <Button variant="default" disabled={entryCount === 0} onClick={() => setIsScheduled(true)}>
        {t("schedule")}
      </Button>
      <Button disabled={entryCount === 0} onClick={() => setIsScheduled(false)}>
        {t("publish")}
      </Button>
      {isScheduled !== null && (
        <PublishDialog
          id={id}
          etag={shown.data?.etag}
          isScheduled={isScheduled}
          onClose={() => setIsScheduled(null)}
          onPublished={() => setIsScheduled(null)}
        />
      )}
    </>
  );
}

function PublishedActions({ version }: { version: PriceVersionDetail }) {
  const t = useTranslations("prices");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} onClick={() => setIsOpen(true)}>
        {t("rollBack")}
      </Button>
      {isOpen && <RollBackDialog version={version} onClose={() => setIsOpen(false)} />}
    </>
  );
}
