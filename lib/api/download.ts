import { z } from "zod";

/** An answer that is a file: streamed as it is made, saved under `fileName` by a browser. */
export type Download = { body: ReadableStream<Uint8Array>; contentType: string; fileName: string };

/** The answer's shape of an operation that names its content types in `download`. */
export const downloadAnswer = z.custom<Download>(
  (value) => typeof value === "object" && value !== null && "fileName" in value,
);

/** A download as a response. The name is plain ASCII: letters, digits and `._-`. */
export function downloadResponse({ body, contentType, fileName }: Download, headers: Headers): Response {
  headers.set("content-type", contentType);
  headers.set("content-disposition", `attachment; filename="${fileName.replace(/[^\w.-]/g, "_")}"`);
  headers.set("x-content-type-options", "nosniff");
  return new Response(body, { headers });
}
