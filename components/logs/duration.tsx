import { durationText } from "../common/duration.ts";

/** Milliseconds as people read them. */
export function Duration({ ms }: { ms: number }) {
  return <span style={{ whiteSpace: "nowrap" }}>{durationText(ms)}</span>;
}
