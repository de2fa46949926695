"use client";

import { useState } from "react";
import type { ApiProblem } from "#lib/api/client";
import { EditConflict } from "./edit-conflict.tsx";
import { type FieldConflict, isSame, mergeEdit, type Values } from "./merge-edit.ts";

type Options<V extends Values> = {
  /** The form's values as they were when it opened, and the ETag of that. */
  base: V;
  etag: string | null;
  /** The form's values of the resource that a 409 carries. */
  formOf: (current: never) => V;
  labels: Readonly<Partial<Record<keyof V & string, string>>>;
  getValues: () => V;
  setValues: (values: V) => void;
  /** How a field's value reads where its own text would not do (undefined: that does). */
  textOf?: (name: string, value: unknown) => string | undefined;
};

/**
 * For a form over one resource: the ETag to send and the values as they are stored, what to do with a 409 `stale`
 * (true: it was one, and is shown), and the difference, mine against theirs, to stand above the fields.
 */
export function useEditConflict<V extends Values>(options: Options<V>) {
  const [known, setKnown] = useState({ base: options.base, etag: options.etag });
  const [conflicts, setConflicts] = useState<FieldConflict[] | null>(null);
  const take = (problem: ApiProblem): boolean => {
    if (problem.code !== "stale") return false;
    const theirs = options.formOf(problem.current as never);
    const merged = mergeEdit(known.base, options.getValues(), theirs);
    options.setValues(merged.values);
    setConflicts(merged.conflicts);
    setKnown({ base: theirs, etag: problem.etag });
    return true;
  };
  const values = options.getValues();
  const choose = (name: string, value: unknown) => options.setValues({ ...values, [name]: value });
  const notice = conflicts !== null && (
    <EditConflict
      conflicts={conflicts.map((conflict) => ({
        ...conflict,
        label: options.labels[conflict.name] ?? conflict.name,
        isTheirs: isSame(values[conflict.name], conflict.theirs),
      }))}
      onChoose={choose}
      textOf={options.textOf}
    />
  );
  return { etag: known.etag, stored: known.base, take, notice };
}
