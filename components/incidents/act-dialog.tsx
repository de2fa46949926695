"use client";

import { Alert, Button, Group, Modal, NumberInput, Select, Text, Textarea, TextInput } from "@mantine/core";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import type { IncidentDetails } from "#lib/incidents/schema";
import { SecretDialog } from "../common/secret-dialog.tsx";
import { curlExample } from "../shell/curl-example.ts";
import { useApiMutation } from "../shell/use-api-mutation.ts";
import { useExampleModel } from "../shell/use-example-model.ts";

export type ActKind =
  | "suspend-key"
  | "rotate-key"
  | "block-ip"
  | "limit-networks"
  | "cap-spend"
  | "trust-ip"
  | "resolve"
  | "dismiss"
  | "refund";
/** Seconds. */
const overlaps = ["0", "3600", "86400"] as const;
type Props = { kind: ActKind; incident: IncidentDetails; onClose: () => void };

/** Says what an action will do, asks for what it needs, and does it. */
export function ActDialog({ kind, incident, onClose }: Props) {
  const t = useTranslations("incidents");
  const common = useTranslations("common");
  const inputs = useInputs(kind, incident);
  const [secret, setSecret] = useState<string | null>(null);
  const send = useApiMutation<object, IncidentDetails>({
    send: (body) => sendOf(kind, incident.id, body),
    invalidates: ["/api/incidents", "/api/keys", "/api/accounts", "/api/ledger"],
    idempotent: kind === "refund",
    onSaved: ({ rotatedSecret }) => (rotatedSecret === undefined ? onClose() : setSecret(rotatedSecret)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(inputs.body);
  };
  if (secret !== null) return <NewSecret secret={secret} onClose={onClose} />;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`acts.${kind}.button`)}
      closeButtonProps={{ "aria-label": common("close") }}
    >
      <form onSubmit={submit}>
        <Text mb="md">{t(`acts.${kind}.does`)}</Text>
        {send.error !== null && (
          <Alert color="red" variant="light" mb="md" role="alert">
            {send.error.message}
          </Alert>
        )}
        {inputs.fields}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {common("cancel")}
          </Button>
          <Button
            type="submit"
            loading={send.isPending}
            {...(kind === "suspend-key" ? { color: "red.8" } : {})}
          >
            {t(`acts.${kind}.button`)}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function NewSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useTranslations("incidents");
  const model = useExampleModel();
  return (
    <SecretDialog
      title={t("newSecret")}
      secret={secret}
      curl={curlExample(window.location.origin, secret, model)}
      onClose={onClose}
    />
  );
}

function sendOf(kind: ActKind, id: string, body: object) {
  if (kind === "resolve") {
    return { method: "PATCH", path: `/api/incidents/${id}`, body: { state: "resolved", ...body } } as const;
  }
  return { method: "POST", path: `/api/incidents/${id}/${kind}`, body } as const;
}

/** The fields of an action, and the body that they make. */
function useInputs(kind: ActKind, incident: IncidentDetails) {
  const t = useTranslations("incidents");
  const suggested = kind === "limit-networks" ? incident.familiar : incident.networks;
  const [networks, setNetworks] = useState(suggested.join("\n"));
  const [reason, setReason] = useState("");
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]>("0");
  const [times, setTimes] = useState<number | string>(5);
  const [amount, setAmount] = useState(incident.loss);
  const given = { ...(reason.trim() === "" ? {} : { reason: reason.trim() }) };
  const list = networks.split(/[\s,]+/).filter((line) => line !== "");
  const reasonField = (
    <Textarea
      label={t("reason")}
      autosize
      minRows={2}
      maxLength={1000}
      value={reason}
      onChange={(event) => setReason(event.currentTarget.value)}
    />
  );
  const networksField = (
    <Textarea
      label={t("networks")}
      description={t("networksHelp")}
      autosize
      minRows={2}
      maxRows={10}
      spellCheck={false}
      value={networks}
      onChange={(event) => setNetworks(event.currentTarget.value)}
    />
  );
  switch (kind) {
    case "rotate-key":
      return {
        fields: (
          <Select
            label={t("oldSecret")}
            allowDeselect={false}
            data={overlaps.map((value) => ({ value, label: t(`overlaps.${value}`) }))}
            value={overlap}
            onChange={(value) => setOverlap(overlaps.find((one) => one === value) ?? "0")}
          />
        ),
        body: { overlapSeconds: Number(overlap) },
      };
    case "block-ip":
    case "limit-networks":
      return { fields: networksField, body: { networks: list } };
    case "trust-ip":
      return {
        fields: (
          <>
            {networksField}
            {reasonField}
          </>
        ),
        body: { networks: list, ...given },
      };
    case "cap-spend":
      return {
        fields: <NumberInput label={t("times")} min={1} max={1000} value={times} onChange={setTimes} />,
        body: { times: Number(times) || 1 },
      };
    case "refund":
      return {
        fields: (
          <>
            <TextInput
              label={t("amount")}
              description={t("amountHelp")}
              inputMode="decimal"
              value={amount}
              onChange={(event) => setAmount(event.currentTarget.value)}
            />
            {reasonField}
          </>
        ),
        body: { amount: amount.trim(), ...given },
      };
    default:
      return { fields: reasonField, body: given };
  }
}
