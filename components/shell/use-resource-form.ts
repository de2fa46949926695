"use client";

import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import type { ApiProblem, Send } from "#lib/api/client";
import { fieldErrors } from "./form-drawer.tsx";
import type { Values } from "./merge-edit.ts";
import { useApiMutation } from "./use-api-mutation.ts";
import { useEditConflict } from "./use-edit-conflict.tsx";

type Target = Pick<Send, "method" | "path">;

type Options<V extends Values, Resource> = {
  /** What the form opens with: the resource as it was read with `etag`, or a new one (null). */
  values: V;
  etag: string | null;
  /** The form's values of the resource as somebody else has saved it meanwhile. */
  formOf: (current: Resource) => V;
  labels: Readonly<Partial<Record<keyof V & string, string>>>;
  /** How a field's value reads in the difference, where its own text would not do. */
  textOf?: (name: string, value: unknown) => string | undefined;
  /** Field paths of the API that the form shows itself. */
  fields: readonly string[];
  /** POST makes a new one once, PUT without an ETag a new one or none; all else changes what was read. */
  to: Target | ((values: V) => Target);
  /** Paths whose cached answers the write makes old, with all below them. */
  invalidates: readonly string[];
  onSaved: (saved: Resource) => void;
};

/**
 * A form over one resource in a drawer: saving sends the ETag it was read with, what the server refuses stands at its
 * field, and what somebody else has saved meanwhile is shown as a difference (`notice`), not overwritten.
 * `drawer` is what FormDrawer wants to know of it.
 */
export function useResourceForm<V extends Values, Body, Resource>(options: Options<V, Resource>) {
  const { values, fields } = options;
  const form = useForm<V>({ initialValues: values });
  const to = typeof options.to === "function" ? options.to(form.values) : options.to;
  const conflict = useEditConflict<V>({
    base: values,
    etag: options.etag,
    formOf: options.formOf,
    labels: options.labels,
    getValues: () => form.values,
    setValues: form.setValues,
    ...(options.textOf === undefined ? {} : { textOf: options.textOf }),
  });
  const { etag, stored } = conflict;
  const write = useApiMutation<Body, Resource>({
    send: (body) => ({ ...to, body, ifMatch: etag, onlyNew: to.method === "PUT" && etag === null }),
    invalidates: options.invalidates,
    idempotent: to.method === "POST",
    onSaved: options.onSaved,
  });
  /** Shows a refusal where it belongs; also that of another write of the same fields. */
  const refuse = (problem: ApiProblem): void => {
    if (!conflict.take(problem)) form.setErrors(fieldErrors(problem, fields));
  };
  const notice: ReactNode = conflict.notice;
  return {
    form,
    stored,
    notice,
    refuse,
    save: (body: Body) => write.mutate(body, { onError: refuse }),
    drawer: {
      isBusy: write.isPending,
      problem: write.error?.code === "stale" ? null : write.error,
      fields,
    },
  };
}
