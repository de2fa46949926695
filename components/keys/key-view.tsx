"use client";

import { Button } from "@mantine/core";
import { IconPencil, IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { parseAsBoolean, useQueryStates } from "nuqs";
import { type ReactNode, useState } from "react";
import { keyQuery } from "#lib/api/queries";
import type { Key } from "#lib/keys/schema";
import { ErrorState } from "../common/error-state.tsx";
import { SheetSection } from "../common/facts.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { StatusButton } from "../shell/status-button.tsx";
import { TrafficChart } from "../shell/traffic-chart.tsx";
import { useEdited } from "../shell/use-edited.ts";
import { KeyFacts } from "./key-facts.tsx";
import { KeySecrets } from "./key-secrets.tsx";
import { KeyState } from "./key-state.tsx";
import classes from "./keys.module.css";

const RotateDialog = dynamic(() => import("./rotate-dialog.tsx").then((module) => module.RotateDialog), {
  ssr: false,
});
const DeleteKeyDialog = dynamic(
  () => import("./delete-key-dialog.tsx").then((module) => module.DeleteKeyDialog),
  { ssr: false },
);
const KeyForm = dynamic(() => import("./key-form.tsx").then((module) => module.KeyForm), { ssr: false });

type Props = { id: string; networks: ReactNode; calls: ReactNode; limits: ReactNode };

/** One key: whose it is, what it may and spent, where it was used from, its last calls; rotate and disable on top. */
export function KeyView({ id, networks, calls, limits }: Props) {
  const t = useTranslations("keys");
  const { data: key, error, refetch } = useQuery(keyQuery(id));
  const parent = { href: "/keys", title: t("title") };
  if (key === undefined) {
    return (
      <>
        <PageHeader title="" parent={parent} />
        {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    );
  }
  return (
    <>
      <PageHeader title={key.name} parent={parent} beside={<KeyState apiKey={key} />}>
        <KeyActions apiKey={key} />
      </PageHeader>
      <div className={classes.page}>
        <div className={classes.columns}>
          <div>
            <SheetSection title={t("page.usage")}>
              <TrafficChart filter={{ keyId: id }} />
            </SheetSection>
            <SheetSection title={t("page.networks")}>{networks}</SheetSection>
          </div>
          <div>
            <SheetSection title={t("page.facts")}>
              <KeyFacts apiKey={key} />
            </SheetSection>
            <SheetSection title={t("page.secrets")}>
              <KeySecrets keyId={id} />
            </SheetSection>
          </div>
        </div>
        <SheetSection title={t("page.limits")}>{limits}</SheetSection>
        <SheetSection
          title={t("page.calls")}
          aside={
            <Link className={classes.more} href={`/logs?keyId=${id}`}>
              {t("viewLogs")}
            </Link>
          }
        >
          {calls}
        </SheetSection>
      </div>
    </>
  );
}

function KeyActions({ apiKey }: { apiKey: Key }) {
  const t = useTranslations("keys");
  const router = useRouter();
  const mayWrite = useCan("keys.write");
  const [params, setParams] = useQueryStates({ rotate: parseAsBoolean, edit: parseAsBoolean }, pushed);
  const [isDeleting, setDeleting] = useState(false);
  const edited = useEdited<Key>(params.edit === true ? `/api/keys/${apiKey.id}` : null);
  if (!mayWrite) return null;
  return (
    <>
      <Button variant="default" c="var(--tg-bad)" onClick={() => setDeleting(true)}>
        {t("delete")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPencil size={16} />}
        onClick={() => void setParams({ edit: true })}
      >
        {t("edit")}
      </Button>
      <StatusButton row={apiKey} path="/api/keys" words="keys" />
      <Button leftSection={<IconRefresh size={16} />} onClick={() => void setParams({ rotate: true })}>
        {t("page.rotate")}
      </Button>
      {params.rotate === true && (
        <RotateDialog apiKey={apiKey} onClose={() => void setParams({ rotate: null })} />
      )}
      {params.edit === true && edited.data !== undefined && (
        <KeyForm
          opened
          apiKey={edited.data.value}
          etag={edited.data.etag}
          accountId={null}
          onClose={() => void setParams({ edit: null })}
          onCreated={() => {}}
        />
      )}
      {isDeleting && (
        <DeleteKeyDialog
          apiKey={apiKey}
          onClose={() => setDeleting(false)}
          onDeleted={() => router.push("/keys")}
        />
      )}
    </>
  );
}
