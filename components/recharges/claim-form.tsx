"use client";

import { Button, Textarea, TextInput } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import type { Claim } from "#lib/claims/schema";
import type { Recharge } from "#lib/recharges/schema";
import { FormDrawer, fieldErrors } from "../shell/form-drawer.tsx";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import classes from "./recharges.module.css";

const MOST_BYTES = 5 * 1024 * 1024;
const fields = ["orderNo", "amount", "currency", "note", "file"];

type Props = { accountId: string; recharge: Recharge | undefined; onClose: () => void };

/** "I have paid, and it is not there": the order number as the payment says it, and a picture of it. */
export function ClaimForm({ accountId, recharge, onClose }: Props) {
  const t = useTranslations("recharges");
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const openFile = useRef<() => void>(null);
  const form = useForm({
    initialValues: {
      orderNo: recharge?.orderNo ?? "",
      amount: recharge?.amount ?? "",
      currency: recharge?.currency ?? "USD",
      note: "",
    },
  });
  const save = useApiMutation<object, Claim>({
    send: (body) => ({ method: "POST", path: "/api/recharge-claims", body }),
    invalidates: ["/api/recharge-claims"],
    idempotent: true,
    onSaved: () => {
      notifications.show({ color: "green", message: t("wasClaimed") });
      onClose();
    },
  });
  const submit = form.onSubmit(async ({ orderNo, amount, currency, note }) => {
    const body = {
      ...{ accountId, orderNo: orderNo.trim(), note: note.trim() },
      ...(recharge === undefined ? {} : { rechargeId: recharge.id }),
      ...(amount.trim() === "" ? {} : { amount: amount.trim(), currency }),
      ...(file === null ? {} : { file: await base64Of(file) }),
    };
    save.mutate(body, {
      onError: (refusal) => {
        form.setErrors(fieldErrors(refusal, fields));
        setProblem(refusal.fields.file ?? null);
      },
    });
  });
  const take = (taken: File | undefined) => {
    setFile(taken ?? null);
    setProblem(null);
  };
  return (
    <FormDrawer
      opened
      onClose={onClose}
      title={t("claimTitle")}
      action={t("claimSend")}
      onSubmit={submit}
      isBusy={save.isPending}
      problem={save.error}
      fields={fields}
    >
      <p className={classes.note}>{t("claimHelp")}</p>
      <TextInput
        label={t("orderNo")}
        description={t("claimOrderNoHelp")}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("orderNo")}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("amount")}
          inputMode="decimal"
          autoComplete="off"
          {...form.getInputProps("amount")}
        />
        <TextInput label={t("currency")} autoComplete="off" {...form.getInputProps("currency")} />
      </div>
      <Dropzone
        openRef={openFile}
        className={classes.dropzone}
        accept={["image/png", "image/jpeg", "application/pdf"]}
        maxFiles={1}
        maxSize={MOST_BYTES}
        multiple={false}
        activateOnClick={false}
        onDrop={([dropped]) => take(dropped)}
        onReject={() => setProblem(t("fileWrong"))}
      >
        <div>{file === null ? t("dropFile") : file.name}</div>
        <Button variant="default" size="compact-sm" mt={8} onClick={() => openFile.current?.()}>
          {t("chooseFile")}
        </Button>
      </Dropzone>
      {problem !== null && (
        <p className={classes.note} role="alert">
          {problem}
        </p>
      )}
      <Textarea label={t("claimNote")} autosize minRows={2} {...form.getInputProps("note")} />
    </FormDrawer>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}
