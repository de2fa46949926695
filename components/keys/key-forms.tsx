"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { CreatedKey, Key } from "#lib/keys/schema";
import { curlExample } from "../shell/curl-example.ts";
import { useEdited } from "../shell/use-edited.ts";
import { useExampleModel } from "../shell/use-example-model.ts";
import type { useKeyParams } from "./key-filters.ts";

const SecretDialog = dynamic(
  () => import("../common/secret-dialog.tsx").then((module) => module.SecretDialog),
  { ssr: false },
);

const KeyForm = dynamic(() => import("./key-form.tsx").then((module) => module.KeyForm), { ssr: false });

type KeyParams = ReturnType<typeof useKeyParams>;

/** The forms that the URL opens (`?new=true`, `?edit=id`), and the secret of the key that was just made. */
export function KeyForms({ params, setParams }: { params: KeyParams[0]; setParams: KeyParams[1] }) {
  const t = useTranslations("keys");
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const edited = useEdited<Key>(params.edit && `/api/keys/${encodeURIComponent(params.edit)}`);
  const anyModel = useExampleModel();
  const model = created?.models[0] ?? anyModel;
  return (
    <>
      {params.new === true && (
        <KeyForm
          opened
          apiKey={null}
          accountId={params.accountId}
          onClose={() => void setParams({ new: null })}
          onCreated={setCreated}
        />
      )}
      {params.edit !== null && edited.data !== undefined && (
        <KeyForm
          opened
          apiKey={edited.data.value}
          etag={edited.data.etag}
          accountId={null}
          onClose={() => void setParams({ edit: null })}
          onCreated={setCreated}
        />
      )}
      {/* Loaded with the form: once the key exists, nothing may stand between its secret and the screen. */}
      {(params.new === true || created !== null) && (
        <SecretDialog
          title={t("createdTitle", { name: created?.name ?? "" })}
          secret={created?.secret ?? null}
          curl={created === null ? "" : curlExample(window.location.origin, created.secret, model)}
          onClose={() => setCreated(null)}
        />
      )}
    </>
  );
}
