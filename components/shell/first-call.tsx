"use client";

import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { CodeBlock } from "../common/code-block.tsx";
import { curlExample } from "./curl-example.ts";
import { useExampleModel } from "./use-example-model.ts";

/** The curl that makes the first row appear, against the address under which this page was opened. */
export function FirstCall() {
  const t = useTranslations("secret");
  const model = useExampleModel();
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => "",
  );
  return <CodeBlock code={curlExample(origin, "sk-tg-…", model)} label={t("curl")} />;
}

function neverChanges(): () => void {
  return () => {};
}
