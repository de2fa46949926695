import { z } from "zod";

/** Zod shapes that every resource shares. Inputs are strict; answers never transform. */

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can be an id at all: stores answer "none" for others instead of asking the database. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** An id in a body or a filter. In a path any text is taken: what is no id is simply not found. */
export const idInput = z.string().refine(isUuid, "an id is expected");

/** A moment in an answer: ISO 8601, UTC, milliseconds. */
export const timeAnswer = z.iso.datetime();

/** A moment in a body or a filter: ISO 8601 with `Z` or an offset. */
export const timeInput = z.iso.datetime({
  offset: true,
  error: "a time such as 2026-11-21T08:00:00Z is expected",
});

/** In a cursor: Postgres' own text of a moment, to the microsecond. */
export const storedTimeInput = z
  .string()
  .regex(/^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/);

/** An IANA time zone in a body. */
export const timeZoneInput = z
  .string()
  .max(64)
  .refine(isTimeZone, "an IANA time zone such as Asia/Shanghai is expected");

/** Money in an answer: a decimal string in USD without trailing zeros. */
export const usdAnswer = z.string().meta({ description: "USD, decimal", examples: ["12.5"] });

/** A discount tier in an answer about something else. */
export const tierOfAnswer = z.object({ id: z.string(), name: z.string() }).nullable();

/** A name that people gave: trimmed, 1 to 128 characters, no control or bidirectional override characters. */
export const nameInput = z
  .string()
  .trim()
  .min(1, "a name is expected")
  .max(128, "at most 128 characters")
  .refine(isPlainText, "control characters are not allowed");

/** A longer text that people gave, line breaks included; may be empty. */
export const noteInput = z
  .string()
  .max(1000, "at most 1,000 characters")
  .refine((text) => isPlainText(text.replace(/[\n\r\t]/g, "")), "control characters are not allowed");

/** A text on one line: order numbers, model names, what a list is searched for. */
export function lineInput(maxLength: number) {
  return z
    .string()
    .trim()
    .max(maxLength, `at most ${maxLength} characters`)
    .refine(isPlainText, "control characters are not allowed");
}

/** `{id}` of a path. */
export const idParams = z.object({ id: lineInput(256) });

const decimalInput = /^\d{1,12}(\.\d+)?$/;

/**
 * An amount of money in a body: a decimal string, or a number read by its decimal literal (0.1 is "0.1").
 * Not negative, at most `decimals` fractional digits.
 */
export function amountInput(decimals: number) {
  return z
    .union([z.string(), z.number()], { error: "an amount such as 12.5 is expected" })
    .transform(String)
    .refine((text) => decimalInput.test(text), "a decimal amount such as 12.5 is expected")
    .refine(
      (text) => (text.split(".")[1] ?? "").length <= decimals,
      `at most ${decimals} fractional digits are accepted`,
    );
}

/** `limit` and `cursor` of every list. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(1024).optional(),
};

/** `{items, nextCursor}` of a list; `items` may be short while `nextCursor` is not null. */
export function pageAnswer<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** What `pageAnswer` describes. */
export type PageOf<Item> = { items: Item[]; nextCursor: string | null };

/** Whether a text is free of control and bidirectional override characters. */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(text);
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
