"use client";

import { Alert, Button, FileButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileImport, IconRefresh, IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import { officialSyncQuery } from "#lib/api/queries";
import { type OfficialSyncAnswer, officialFindings, type SyncOfficial } from "#lib/pricing/official-schema";
import { Ago } from "../common/ago.tsx";
import { EmptyState } from "../common/empty-state.tsx";
import { ErrorState } from "../common/error-state.tsx";
import { pushed } from "../data-table/history.ts";
import { useCan } from "../shell/me.tsx";
import { PageHeader } from "../shell/page-header.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { OfficialFindings } from "./official-findings.tsx";
import classes from "./prices.module.css";
import { readDataFile } from "./read-data-file.ts";

/** What departs from official prices: proposed in a draft, drifted, new, gone; compare now, or with an uploaded file. */
export function OfficialView() {
  const t = useTranslations("officialPrices");
  const tPrices = useTranslations("prices");
  const mayWrite = useCan("prices.write");
  const [what, setWhat] = useQueryState("what", parseAsStringLiteral(officialFindings).withOptions(pushed));
  const { data, error, refetch } = useQuery(officialSyncQuery());
  const [problem, setProblem] = useState<string | null>(null);
  const compare = useApiMutation<SyncOfficial, OfficialSyncAnswer>({
    send: (body) => ({ method: "POST", path: "/api/prices/official", body }),
    invalidates: ["/api/prices", "/api/models"],
    onSaved: ({ items }) =>
      notifications.show({ color: "green", message: t("compared", { count: items.length }) }),
  });
  const send = (body: SyncOfficial) => {
    setProblem(null);
    compare.mutate(body, { onError: ({ message }) => setProblem(message) });
  };
  const upload = async (file: File | null) => {
    if (file === null) return;
    const providers = readDataFile(await file.text());
    if (providers === undefined) setProblem(t("noDataFile"));
    else send({ providers, date: new Date(file.lastModified).toISOString().slice(0, 10) });
  };
  const sync = data?.sync ?? null;
  const shown = what ?? officialFindings.find((one) => sync?.items.some((item) => item.what === one));
  return (
    <>
      <PageHeader title={t("title")} parent={{ href: "/models", title: tPrices("models") }}>
        {mayWrite && (
          <>
            <FileButton accept=".json,application/json" onChange={(file) => void upload(file)}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconFileImport size={16} />}>
                  {t("upload")}
                </Button>
              )}
            </FileButton>
            <Button
              leftSection={<IconRefresh size={16} />}
              loading={compare.isPending}
              onClick={() => send({})}
            >
              {t("compare")}
            </Button>
          </>
        )}
      </PageHeader>
      <div className={classes.page}>
        {problem !== null && (
          <Alert color="red" variant="light" role="alert" mb="md">
            {problem}
          </Alert>
        )}
        {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
        {data !== undefined && sync === null && (
          <EmptyState icon={IconScale} title={t("neverTitle")}>
            {t("neverText")}
          </EmptyState>
        )}
        {sync !== null && (
          <>
            <p className={classes.dim}>
              {t(`sources.${sync.source}`, { date: sync.sourceDate })} · {t("at")} <Ago at={sync.at} />
              {sync.priceVersionId !== null && (
                <>
                  {" · "}
                  <Link className={classes.link} href={`/models/versions/${sync.priceVersionId}`}>
                    {t("draft")}
                  </Link>
                </>
              )}
            </p>
            <fieldset className={classes.findings} aria-label={t("title")}>
              {officialFindings.map((one) => (
                <Button
                  key={one}
                  size="compact-sm"
                  variant={one === shown ? "light" : "default"}
                  aria-pressed={one === shown}
                  onClick={() => void setWhat(one)}
                >
                  {t(`what.${one}`)} {sync.items.filter((item) => item.what === one).length}
                </Button>
              ))}
            </fieldset>
            {shown === undefined ? (
              <p>{t("allFollow")}</p>
            ) : (
              <OfficialFindings what={shown} items={sync.items.filter((item) => item.what === shown)} />
            )}
          </>
        )}
      </div>
    </>
  );
}
