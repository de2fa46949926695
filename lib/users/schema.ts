import { z } from "zod";
import { isPlainText } from "#lib/core/shapes";

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
  .object({ id: z.string(), email: z.string(), name: z.string(), role: z.string() })
  .meta({ id: "User" });
