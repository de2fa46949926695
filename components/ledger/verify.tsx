"use client";

import { Button } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useTranslations } from "next-intl";
import type { LedgerProofAnswer } from "#lib/ledger/schema";
import { useApiMutation } from "../shell/use-api-mutation.ts";

export type Verify = ReturnType<typeof useVerify>;

/** Compares the books now; `onDiffer` when they do not agree. */
export function useVerify(onDiffer: () => void) {
  return useApiMutation<void, LedgerProofAnswer>({
    send: () => ({ method: "POST", path: "/api/ledger/verify" }),
    invalidates: ["/api/ledger/proofs", "/api/alerts"],
    onSaved: (proof) => {
      if (!proof.ok) onDiffer();
    },
  });
}

export function VerifyButton({ verify }: { verify: Verify }) {
  const t = useTranslations("ledgerPage");
  return (
    <Button leftSection={<IconScale size={16} />} loading={verify.isPending} onClick={() => verify.mutate()}>
      {t("verify")}
    </Button>
  );
}
