import { useState } from "react";
import { rangeEnds, type TimeRange } from "./time-range.ts";

/** The range as the API wants it. A moving one is fixed when it is chosen, so that paging sees one list. */
export function useRangeEnds(range: TimeRange): { from?: string; to?: string } {
  const rangeKey = `${range.range} ${range.from} ${range.to}`;
  const [fixed, setFixed] = useState(() => ({ rangeKey, ends: rangeEnds(range, Date.now()) }));
  if (fixed.rangeKey !== rangeKey) setFixed({ rangeKey, ends: rangeEnds(range, Date.now()) });
  return fixed.ends;
}
