"use client";

import { Ago } from "../common/ago.tsx";

/** When what is out is asked again; what is due is asked now. null: nothing is waited for. */
export function NextTry({ at }: { at: string | null }) {
  const isDue = at !== null && Date.parse(at) < Date.now();
  return <Ago at={isDue ? new Date().toISOString() : at} />;
}
