"use client";

import type { ReactNode } from "react";
import { ConfirmDialog } from "../common/confirm-dialog.tsx";
import { useApiMutation } from "./use-api-mutation.ts";

type Props = {
  /** Where the resource is: it is DELETEd. */
  path: string;
  /** Paths whose cached answers that makes old. */
  invalidates: readonly string[];
  title: string;
  /** Has to be typed before the button works. */
  name: string;
  /** The verb on the button. */
  action: string;
  /** What will happen, said before it does. */
  children: ReactNode;
  onClose: () => void;
  onRemoved: () => void;
};

/** Removes a resource for good, once its name has been typed. */
export function ConfirmRemoval({ path, invalidates, onRemoved, ...dialog }: Props) {
  const remove = useApiMutation<void, null>({
    send: () => ({ method: "DELETE", path }),
    invalidates,
    onSaved: onRemoved,
  });
  return (
    <ConfirmDialog
      {...dialog}
      opened
      isBusy={remove.isPending}
      error={remove.error?.message ?? null}
      onConfirm={() => remove.mutate()}
    />
  );
}
