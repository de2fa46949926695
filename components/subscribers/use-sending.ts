import { useState } from "react";
import { ApiProblem } from "#lib/api/client";

/** Runs what a form sends, and keeps what the server refused. */
export function useSending() {
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (send: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await send();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return { problem, isBusy, run };
}
