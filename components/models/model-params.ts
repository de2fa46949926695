"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { ListModels } from "#lib/models/schema";
import { modelKinds } from "#lib/pricing/catalogue";
import { pushed } from "../data-table/history.ts";

/** As lib/models/schema.ts has it; a list of its own, so that no page loads the schemas. */
export const modelSorts = ["vendor", "-vendor", "id", "-id"] as const satisfies readonly ListModels["sort"][];

export function useModelParams() {
  return useQueryStates(
    {
      q: parseAsString,
      vendor: parseAsString,
      kind: parseAsStringLiteral(modelKinds),
      sold: parseAsStringLiteral(["true", "false"]),
      sort: parseAsStringLiteral(modelSorts),
      row: parseAsString,
    },
    pushed,
  );
}
