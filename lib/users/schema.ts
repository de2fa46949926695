import { z } from "zod";
import { roles } from "#lib/auth/can";
import { isPlainText, lineInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";

/** Languages of the console and of mails. */
export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];

/** An e-mail address as we keep it: trimmed, lower case. */
export const emailInput = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "at most 254 characters")
  .pipe(z.email("an e-mail address is expected"));

/** A new password: at least 12 characters, no other rule. The upper bound only keeps hashing bounded. */
export const newPassword = z
  .string()
  .min(12, "at least 12 characters are expected")
  .max(1024, "at most 1,024 characters");

/** A person's name; may be empty. */
export const personName = z
  .string()
  .trim()
  .max(128, "at most 128 characters")
  .refine(isPlainText, "control characters are not allowed");

/** A person as the console shows them: never with the password's hash. */
export const userAnswer = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(roles),
    status: z.enum(["active", "disabled", "deleted"]).meta({
      description: "deleted: nothing but the name is left, for what they did",
    }),
    locale: z.enum(locales).nullable().meta({ description: "null: as the browser asks" }),
    totp: z.boolean().meta({ description: "whether a second factor is asked for at sign-in" }),
    lastSignInAt: timeAnswer.nullable(),
    createdAt: timeAnswer,
  })
  .meta({ id: "User" });

export const listUsersQuery = z.strictObject({
  ...pageFields,
  q: lineInput(128).optional(),
  role: z.enum(roles).optional(),
  status: z
    .enum(["active", "disabled", "deleted"])
    .optional()
    .meta({ description: "the deleted are listed only when they are asked for" }),
});

export const userPage = pageAnswer(userAnswer);

export const updateUserBody = z.strictObject({
  role: z.enum(roles).optional(),
  status: z.enum(["active", "disabled"]).optional(),
  name: personName.optional(),
  locale: z.enum(locales).nullish(),
});

export type User = z.infer<typeof userAnswer>;
export type ListUsers = z.infer<typeof listUsersQuery>;
export type UpdateUser = z.infer<typeof updateUserBody>;

/** What a person changes in their own profile. */
export const editedOfProfile = ({ name, locale }: User) => ({ name, locale });
