"use client";

import { useQuery } from "@tanstack/react-query";
import { keyQuery } from "#lib/api/queries";
import type { Key } from "#lib/keys/schema";
import { ErrorState } from "../common/error-state.tsx";
import { RowSheet, type SheetSteps } from "../data-table/row-sheet.tsx";
import { useCan } from "../shell/me.tsx";
import { RowActions } from "../shell/row-actions.tsx";
import { KeyFacts } from "./key-facts.tsx";
import { KeyState } from "./key-state.tsx";

type Props = SheetSteps & {
  id: string;
  /** What the list knows of it already. */
  known: Key | undefined;
  onEdit: (key: Key) => void;
  onDelete: (key: Key) => void;
};

/** One key beside the list: whose it is, what it may, what it spent; its own page has the rest. */
export function KeySheet({ id, known, onClose, onPrevious, onNext, onEdit, onDelete }: Props) {
  const query = useQuery({
    ...keyQuery(id),
    ...(known === undefined ? {} : { initialData: known, initialDataUpdatedAt: 0 }),
  });
  const mayWrite = useCan("keys.write");
  const key = query.data;
  return (
    <RowSheet
      label={key?.name ?? id}
      title={
        <>
          <span>{key?.name ?? id}</span>
          {key !== undefined && <KeyState apiKey={key} />}
        </>
      }
      {...{ onClose, onPrevious, onNext }}
    >
      {key === undefined && query.error !== null && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {key !== undefined && (
        <RowActions
          row={key}
          path="/api/keys"
          logsHref={`/logs?keyId=${key.id}`}
          words="keys"
          pageHref={`/keys/${key.id}`}
          mayWrite={mayWrite}
          onEdit={() => onEdit(key)}
          onDelete={() => onDelete(key)}
        />
      )}
      {key !== undefined && <KeyFacts apiKey={key} />}
    </RowSheet>
  );
}
