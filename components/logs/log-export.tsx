"use client";

import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import { type QueryParams, withParams } from "#lib/api/client";
import { useTablePrefs } from "../data-table/table-prefs.tsx";
import { exportedColumns } from "./exported-columns.ts";
import { startExport } from "./start-export.tsx";

type Props = {
  /** What the list asks with: filters and time. */
  params: QueryParams;
  onStarted: () => void;
};

/** All calls of these filters as a file, the columns that are shown: streamed by the server, however many there are. */
export function LogExport({ params, onStarted }: Props) {
  const t = useTranslations("logs.export");
  const { hidden } = useTablePrefs();
  const start = (format: "csv" | "ndjson") => {
    // A moving range ends now, so that the file's name tells what is in it.
    const to = params.to ?? new Date().toISOString();
    const columns = exportedColumns(hidden.logs ?? []).join(",");
    const url = withParams("/api/logs/export", { ...params, to, limit: null, format, columns });
    void startExport(url, {
      title: t("title"),
      progress: (rows, bytes) => t("progress", { rows, size: sizeText(bytes) }),
      done: (rows, name) => t("done", { rows, name }),
      cancelled: t("cancelled"),
      failed: t("failed"),
      cancel: t("cancel"),
    });
    onStarted();
  };
  return (
    <>
      {(["csv", "ndjson"] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={15} />}
          onClick={() => start(format)}
        >
          {t(format)}
        </Button>
      ))}
    </>
  );
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
