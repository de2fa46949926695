"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { onReauthenticationRequired } from "#lib/api/client";

const StepUpDialog = dynamic(() => import("./step-up-dialog.tsx").then((module) => module.StepUpDialog), {
  ssr: false,
});

type Answer = (accepted: boolean) => void;

/** Asks for the password again when a write wants a recent one; the write then goes on by itself. */
export function StepUp() {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    onReauthenticationRequired(() => new Promise<boolean>((resolve) => setAnswer(() => resolve)));
    return () => onReauthenticationRequired(null);
  }, []);
  if (answer === null) return null;
  return (
    <StepUpDialog
      onAnswer={(accepted) => {
        answer(accepted);
        setAnswer(null);
      }}
    />
  );
}
