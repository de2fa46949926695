"use client";

import { useQuery } from "@tanstack/react-query";
import { editedQuery } from "#lib/api/queries";

/** What a form edits, with its ETag, once it has been read. Null: nothing is edited. */
export function useEdited<T>(path: string | null) {
  return useQuery({ ...editedQuery<T>(path ?? ""), enabled: path !== null });
}
