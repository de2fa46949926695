import type { SealPurpose } from "./box.ts";

/** A column of sealed texts: bytes, a list of bytes, or base64 in a JSON string. Names go into SQL as they stand here. */
export type SealedPlace = { table: string; column: string; encoding: "bytes" | "list" | "json" };

/** Everywhere that sealed texts lie: what a rotation of the master key seals again. A test holds it to the schema. */
export const sealedPlaces: Readonly<Record<SealPurpose, readonly SealedPlace[]>> = {
  "channel.credential": [
    { table: "channel", column: "credential", encoding: "bytes" },
    { table: "channel", column: "more_credentials", encoding: "list" },
  ],
  "idempotent.answer": [{ table: "idempotent_answer", column: "answer", encoding: "json" }],
  "limits.url": [{ table: "limit_server", column: "url", encoding: "bytes" }],
  "mail.secret": [{ table: "mail", column: "secret", encoding: "bytes" }],
  "mail.password": [{ table: "mail_server", column: "password", encoding: "bytes" }],
  "payment.api-key": [{ table: "payment_method", column: "api_key", encoding: "bytes" }],
  "payment.secret": [{ table: "payment_method", column: "secret", encoding: "bytes" }],
  "sign-in.secret": [{ table: "sign_in_provider", column: "client_secret", encoding: "bytes" }],
  "subscriber.link": [{ table: "subscriber", column: "link_key", encoding: "bytes" }],
  "user.totp": [{ table: "app_user", column: "totp_secret", encoding: "bytes" }],
};

/** Byte columns that hold no sealed text: hashes, and what their tables say. */
export const plainByteColumns: readonly string[] = [
  "api_key.hash",
  "day_seal.hash",
  "day_seal.previous",
  "idempotent_answer.body_hash",
  "management_token.hash",
  "one_time_token.hash",
  "recharge_claim.file",
  "recovery_code.hash",
  "redemption_code.hash",
  "retired_secret.hash",
  "task_key.body_hash",
  "task_key.key_hash",
];
