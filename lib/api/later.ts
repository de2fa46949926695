import { z } from "zod";

/**
 * Fields of features that do not exist yet, to spread into a strict shape: they are refused with 422
 * `not_available_yet` instead of being accepted and ignored. `createBody.extend(notAvailableYet(["limits"]))`.
 */
export function notAvailableYet<const Name extends string>(
  names: readonly Name[],
): Record<Name, z.ZodOptional<z.ZodType<undefined, unknown>>> {
  const fields = names.map((name) => [name, laterField.optional()]);
  return Object.fromEntries(fields) as Record<Name, z.ZodOptional<z.ZodType<undefined, unknown>>>;
}

/** Marks an issue as "not available yet" rather than wrong; problem.ts reads it. */
export const laterCode = "not_available_yet";

/** Whether a shape is a field of a later feature; OpenAPI leaves these out. */
export function isLater(shape: z.ZodType): boolean {
  return shape.meta()?.later === true;
}

const laterField = z
  .custom<undefined>()
  .superRefine((value, context) => {
    if (value === undefined) return;
    context.addIssue({
      code: "custom",
      message: "not available in this version",
      params: { code: laterCode },
    });
  })
  .meta({ later: true });
