import { type Refusal, refuse } from "../errors.ts";
import { type FormPart, type FormScan, replaceFields, scanForm } from "../form-scan.ts";
import { foldedName } from "../json-scan.ts";
import type { Call } from "./call.ts";

/** A form as a call needs it: its small fields as texts, its files where they lie. */
export type Form = {
  scan: FormScan & { ok: true };
  fields: Readonly<Record<string, string>>;
  files: readonly FormPart[];
};

const MOST_FIELD_BYTES = 1 << 20;
const DECODER = new TextDecoder("utf-8", { fatal: true });

/** Of calls that come as forms: nothing of JSON was scanned. */
export const NO_SCAN: Call["scan"] = {
  ok: true,
  members: new Map(),
  folded: new Map(),
  bodyStart: 0,
  isEmptyObject: true,
};

/**
 * A form's fields and files; or why it cannot be taken. `meant`: fields of which there may be one only, under its own name: routing or money
 * hang on them. `files`: names that are files, with or without `[]`; nothing else is one.
 */
export function readForm(
  bytes: Uint8Array,
  contentType: string | null | undefined,
  { meant, files }: { meant: ReadonlySet<string>; files: ReadonlySet<string> },
): Form | Refusal {
  const scan = scanForm(bytes, contentType);
  if (!scan.ok) return refuse("invalid_request", scan.problem);
  const fields: Record<string, string> = Object.create(null);
  for (const part of scan.parts) {
    const { name } = part;
    const plain = plainName(name);
    const wrong = wrongIn(part, plain, meant, files) ?? (meant.has(name) && Object.hasOwn(fields, name));
    if (typeof wrong === "object") return wrong;
    if (wrong)
      return refuse("invalid_request", `${shown(name)}: this field stands twice in the form.`, plain);
    if (part.isFile) continue;
    const value = textOf(bytes, part);
    if (value === undefined)
      return refuse("invalid_request", `${shown(name)}: a text of at most 1 MB in UTF-8 is expected.`, null);
    fields[name] = value;
  }
  return { scan, fields, files: scan.parts.filter(({ isFile }) => isFile) };
}

function wrongIn(
  { name, isFile }: FormPart,
  plain: string,
  meant: ReadonlySet<string>,
  files: ReadonlySet<string>,
): Refusal | undefined {
  const isListOfFiles = files.has(plain) && name === `${plain}[]`;
  if (name !== plain && (meant.has(plain) || files.has(plain)) && !isListOfFiles)
    return refuse("invalid_request", `${shown(name)}: this field is written "${plain}".`, plain);
  if (isFile === files.has(plain)) return undefined;
  const expected = isFile ? "a text is expected, not a file." : "a file is expected, with its filename.";
  return refuse(
    "invalid_request",
    `${shown(name)}: ${expected}`,
    meant.has(plain) || files.has(plain) ? plain : null,
  );
}

/** As parsers may read a name that know no capitals, or make lists of "name[0]". */
const plainName = (name: string) => foldedName(name).replace(/\[.*$/s, "").trim();

const shown = (name: string) => name.slice(0, 64);

function textOf(bytes: Uint8Array, { start, end }: FormPart): string | undefined {
  if (end - start > MOST_FIELD_BYTES) return undefined;
  try {
    return DECODER.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** The form for upstream: some values replaced, every other byte as it came. */
export function formFor({ bytes, form }: Call, values: Readonly<Record<string, string>>): Uint8Array {
  return form === undefined || Object.keys(values).length === 0 ? bytes : replaceFields(bytes, form, values);
}

/** How a form is named to upstream: with the boundary that stands in it. */
export function formType({ form }: Call): string | undefined {
  if (form === undefined) return undefined;
  const { boundary } = form;
  return `multipart/form-data; boundary=${TOKEN.test(boundary) ? boundary : `"${boundary}"`}`;
}

const TOKEN = /^[0-9A-Za-z'+_.-]+$/;
