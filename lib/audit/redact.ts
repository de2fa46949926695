/**
 * A resource as the audit log may keep it: values of secret-looking members become "[redacted]", bytes are
 * never kept, bigints become text, deep and long values are cut.
 */
export function redactForAudit(value: unknown, depth = 0): AuditValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hidden;
  if (typeof value !== "object" || depth >= maxDepth) return String(typeof value);
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => redactForAudit(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined
        ? []
        : [[name, isSecret(name, member) ? hidden : redactForAudit(member, depth + 1)]],
    ),
  );
}

export type AuditValue = null | string | number | boolean | AuditValue[] | { [name: string]: AuditValue };

const hidden = "[redacted]";
const maxText = 1000;
const maxItems = 200;
const maxDepth = 6;
const secretName = /secret|password|credential|^token$|hash|authorization|cookie/i;

/** `hasCredential: true` tells nothing; `credential: "sk-…"` does. */
function isSecret(name: string, member: unknown): boolean {
  return secretName.test(name) && member !== null && typeof member !== "boolean";
}
