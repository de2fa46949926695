"use client";

import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { apiGet } from "#lib/api/client";
import { CodeBlock } from "../common/code-block.tsx";
import classes from "./guides.module.css";

/** A program to copy, against the address under which this page was opened, with a model that is sold. */
export function FilledCode({ label, code }: { label: string; code: string }) {
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => "",
  );
  // Readers who are not signed in may not list models: they read a well-known name.
  const { data = "gpt-4o-mini" } = useQuery({
    queryKey: ["docs", "model"],
    queryFn: soldModel,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <figure className={classes.code}>
      <figcaption>{label}</figcaption>
      <CodeBlock label={label} code={code.replaceAll("{origin}", origin).replaceAll("{model}", data)} />
    </figure>
  );
}

async function soldModel(): Promise<string> {
  const { items } = await apiGet<{ items: { id: string }[] }>("/api/models", { sold: true, limit: 1 }).catch(
    () => ({ items: [] }),
  );
  return items[0]?.id ?? "gpt-4o-mini";
}

function neverChanges(): () => void {
  return () => {};
}
