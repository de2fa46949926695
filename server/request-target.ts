/**
 * The one form of a request's path that WAF, mount choice and handlers see: origin dropped, percent-encoded
 * unreserved characters decoded, repeated slashes and dot segments resolved. The query stays as it is, and
 * so does an encoded slash (`%2F`), which may be part of a model's name. `undefined` for what is no path.
 */
export function normalizeTarget(target: string): string | undefined {
  return PLAIN.test(target) ? target : normalize(target);
}

/** Segments of letters, digits and hyphens have one form only. Nearly all calls come so, and parsing a URL is dear. */
const PLAIN = /^(?:\/[A-Za-z0-9-]+)+$/;

function normalize(target: string): string | undefined {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target);
  const rest = absolute ? target.slice(absolute[0].length) || "/" : target;
  const queryAt = rest.indexOf("?");
  const path = queryAt < 0 ? rest : rest.slice(0, queryAt);
  const query = queryAt < 0 ? "" : rest.slice(queryAt);
  if (!path.startsWith("/")) return absolute && path === "" ? `/${query}` : undefined;
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  const single = decodeUnreserved(path)
    .replaceAll("\\", "/")
    .replace(/\/{2,}/g, "/");
  const resolved = URL.parse(single, "http://path.invalid");
  return resolved ? resolved.pathname.replace(/\/{2,}/g, "/") + query : undefined;
}

/** Whether a normalised target belongs to the gateway. */
export function isGatewayTarget(target: string): boolean {
  return /^\/(?:v1|v1beta|v3)(?:[/?]|$)/.test(target);
}

/** RFC 3986: these mean the same encoded or not, so that `/%76%31/` is `/v1/`. */
function decodeUnreserved(path: string): string {
  return path.replace(/%([0-9A-Fa-f]{2})/g, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
}
