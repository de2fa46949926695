import { askedImage } from "#lib/pricing/image-prices";
import { isRefusal, type Refusal, refuse } from "../errors.ts";
import { type Call, isAbsent, isObject, isWhole, type Protocol, readObject, renamedBody } from "./call.ts";
import { formFor, formType, NO_SCAN, readForm } from "./form.ts";
import { images } from "./images.ts";
import { meantInImageForms, unsoldIn } from "./passed.ts";

const FILES: ReadonlySet<string> = new Set(["image", "mask"]);
const MOST_IN = 16;
const MOST_OUT = 128;
const MAX_PROMPT_CHARACTERS = 1_000_000;
/** What a picture that goes in is at the most, in tokens of the common vendors. */
const TOKENS_PER_IMAGE_IN = 6_500;

/** /v1/images/edits: pictures in a form, or named in JSON. Billed as images that are drawn are. */
export const imageEdits: Protocol = protocolOf("/images/edits", (bytes, contentType) =>
  /^\s*application\/json/i.test(contentType ?? "")
    ? readJsonEdit(bytes)
    : readImageForm(bytes, contentType, imageEdits),
);

/** /v1/images/variations: one picture in a form, and no prompt. */
export const imageVariations: Protocol = protocolOf("/images/variations", (bytes, contentType) =>
  readImageForm(bytes, contentType, imageVariations),
);

function protocolOf(upstreamPath: string, read: Protocol["read"]): Protocol {
  return {
    upstreamPath,
    isOptional: true,
    contentType: formType,
    read,
    upstreamBody(call, upstreamModel) {
      if (call.form === undefined) return renamedBody(call, upstreamModel);
      return formFor(call, upstreamModel === call.model ? {} : { model: upstreamModel });
    },
    readAnswer: images.readAnswer,
  };
}

function readImageForm(
  bytes: Uint8Array,
  contentType: string | null | undefined,
  protocol: Protocol,
): Call | Refusal {
  const form = readForm(bytes, contentType, { meant: meantInImageForms, files: FILES });
  if (isRefusal(form)) return form;
  const { fields, files, scan } = form;
  const pictures = files.filter(({ name }) => name !== "mask" && name !== "mask[]");
  const most = protocol === imageVariations ? 1 : MOST_IN;
  if (pictures.length === 0 || pictures.length > most || pictures.some(({ start, end }) => start === end))
    return refuse("invalid_request", `image: 1 to ${most} pictures are expected, as files.`, "image");
  if (files.length - pictures.length > 1)
    return refuse("invalid_request", "mask: one file is expected.", "mask");
  const n = /^[1-9]\d{0,2}$/.test(fields.n ?? "") ? Number(fields.n) : fields.n;
  const stream = fields.stream === "false" ? false : fields.stream;
  return callOf({ ...fields, n, stream }, files.length, { protocol, bytes, scan: NO_SCAN, form: scan });
}

function readJsonEdit(bytes: Uint8Array): Call | Refusal {
  const read = readObject(bytes, meantInImageForms);
  if (isRefusal(read)) return read;
  const { body, scan } = read;
  const named = [...listOf(body.images), ...listOf(body.image), ...listOf(body.mask)];
  if (named.length === 0 || named.length > MOST_IN + 1)
    return refuse("invalid_request", `images: 1 to ${MOST_IN} pictures are expected.`, "images");
  // Files at the provider are those of all who share its credential.
  if (named.some((one) => isObject(one) && !isAbsent(one.file_id)))
    return refuse(
      "unsupported_field",
      "file_id: pictures are sent as image_url, or as files in a form.",
      "images",
    );
  return callOf(body, named.length, { protocol: imageEdits, bytes, scan });
}

const listOf = (value: unknown): readonly unknown[] =>
  isAbsent(value) ? [] : Array.isArray(value) ? value : [value];

function callOf(
  asked: Readonly<Record<string, unknown>>,
  picturesIn: number,
  from: Pick<Call, "protocol" | "bytes" | "scan" | "form">,
): Call | Refusal {
  const { model, prompt, n, stream } = asked;
  if (typeof model !== "string" || model === "")
    return refuse("invalid_request", "model: a model's name is expected.", "model");
  const isPromptMissing = isAbsent(prompt) || prompt === "";
  const needsNone = from.protocol === imageVariations && isPromptMissing;
  if (!needsNone && (typeof prompt !== "string" || isPromptMissing || prompt.length > MAX_PROMPT_CHARACTERS))
    return refuse("invalid_request", "prompt: what to draw is expected, as a text.", "prompt");
  if (!isAbsent(n) && !isWhole(n, 1, MOST_OUT))
    return refuse("invalid_request", `n: a whole number from 1 to ${MOST_OUT} is expected.`, "n");
  if (!isAbsent(stream) && stream !== false)
    return refuse("unsupported_field", "stream: images are answered whole, leave it out.", "stream");
  const unsold = unsoldIn(asked);
  if (unsold !== undefined) return unsold;
  const text = typeof prompt === "string" ? prompt : "";
  return {
    ...from,
    model,
    stream: false,
    maxOutputTokens: null,
    choices: 1,
    images: typeof n === "number" ? n : 1,
    image: askedImage(asked.size, asked.quality),
    wantsUsage: false,
    streamOptions: {},
    cacheKey: undefined,
    prompt: {
      texts: text === "" ? [] : [text],
      textBytes: Buffer.byteLength(text),
      otherTokens: picturesIn * TOKENS_PER_IMAGE_IN,
    },
  };
}
