import { type Refusal, refuse } from "../errors.ts";
import type { Resource } from "../resource-call.ts";
import { withIds } from "./responses.ts";
import { isPlain } from "./responses-usage.ts";

const RESPONSES = "/v1/responses/";
const MOST_QUERY_CHARACTERS = 2_048;
const NOTHING_TO_CANCEL =
  "Responses run only as long as their caller waits (there is no background), so that there is nothing to cancel: close the connection instead.";

/** Whether a path is about one response. */
export const isOfResponse = (path: string) => path.startsWith(RESPONSES);

/** `/v1/responses/{id}` to get or delete, `/{id}/input_items` to get; `/{id}/cancel` says why there is no such thing. */
export function findResponse(path: string, method: string, query: string): Resource | Refusal {
  const [id = "", part, ...more] = path.slice(RESPONSES.length).split("/");
  if (id === "" || more.length > 0) return refuse("not_found");
  if (part === "cancel")
    return method === "POST" ? refuse("unsupported_field", NOTHING_TO_CANCEL) : refuse("method_not_allowed");
  if (part !== undefined && part !== "input_items") return refuse("not_found");
  const isWhole = part === undefined;
  if (method !== "GET" && !(isWhole && method === "DELETE")) return refuse("method_not_allowed");
  const asked = new URLSearchParams(query);
  if (asked.get("stream") === "true")
    return refuse("unsupported_field", "stream: what is over is answered whole, leave it out.", "stream");
  if (query.length > MOST_QUERY_CHARACTERS)
    return refuse("invalid_request", `The query is longer than ${MOST_QUERY_CHARACTERS} characters.`);
  return {
    id,
    method,
    shownPath: `${RESPONSES}{id}${isWhole ? "" : "/input_items"}`,
    upstreamPath: (upstreamId) =>
      `/responses/${encodeURIComponent(upstreamId)}${isWhole ? "" : "/input_items"}${queryOf(asked, isWhole)}`,
    // Items are told as they came: what names them is of no use to anyone without the response.
    told(bytes, answer, wrap) {
      if (!isWhole) return bytes;
      return isPlain(bytes) ? withIds(bytes, answer, wrap) : undefined;
    },
    emptyAnswer: method === "DELETE" ? { object: "response.deleted", deleted: true } : undefined,
  };
}

/** Of a query what is about the answer; a key may stand in the rest. */
function queryOf(asked: URLSearchParams, isWhole: boolean): string {
  const known = isWhole
    ? ["include", "include[]"]
    : ["include", "include[]", "limit", "order", "after", "before"];
  const passed = new URLSearchParams([...asked].filter(([name]) => known.includes(name)));
  return passed.size === 0 ? "" : `?${passed}`;
}
