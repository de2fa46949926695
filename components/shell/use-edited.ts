"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { editedQuery } from "#lib/api/queries";
import { failureNotice } from "./offer-notice.tsx";

/** What a form edits, with its ETag, once it has been read; a notice where it cannot be. Null: nothing is edited. */
export function useEdited<T>(path: string | null) {
  const t = useTranslations("common");
  const edited = useQuery({ ...editedQuery<T>(path ?? ""), enabled: path !== null });
  const { error, refetch } = edited;
  useEffect(() => {
    if (error === null || path === null) return;
    failureNotice({
      id: `edited ${path}`,
      message: `${t("loadFailed")}: ${error.message}`,
      action: t("tryAgain"),
      onAct: () => void refetch(),
    });
  }, [error, path, refetch, t]);
  return edited;
}
