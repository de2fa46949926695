import { z } from "zod";
import {
  idInput,
  lineInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";

const count = z.number().int();

/** What came from one address, or from one network (/24 for IPv4, /48 for IPv6). Refused calls count, and cost nothing. */
export const ipReport = z
  .object({
    ip: z.string().meta({ description: "an address; by=network: a CIDR" }),
    requests: count,
    errors: count,
    promptTokens: count,
    completionTokens: count,
    cost: usdAnswer,
    keys: count.meta({ description: "distinct API keys" }),
    accounts: count.meta({ description: "distinct accounts" }),
    addresses: count.meta({ description: "distinct addresses" }),
    userAgent: z.string().nullable().meta({ description: "the latest" }),
    firstSeen: timeAnswer.meta({ description: "within the range" }),
    lastSeen: timeAnswer,
    isNew: z
      .boolean()
      .meta({ description: "with keyId: the key was never used from there before the range" }),
  })
  .meta({ id: "IpReport" });

export const ipSorts = ["lastSeen", "requests", "cost", "errors"] as const;

export const byIpQuery = z.strictObject({
  ...pageFields,
  from: timeInput.optional(),
  to: timeInput.optional(),
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  ip: lineInput(64).optional(),
  cidr: lineInput(64).optional(),
  by: z.enum(["address", "network"]).default("address"),
  sort: z.enum(ipSorts).default("lastSeen"),
});

/** `precision`: "call" counts the calls of the range; "day" counts whole UTC days that the range touches. */
export const byIpAnswer = pageAnswer(ipReport).extend({
  from: timeAnswer,
  to: timeAnswer,
  precision: z.enum(["call", "day"]),
});

/** One key at one address on one day. */
export const keyAtIp = z
  .object({
    day: z.iso.date(),
    ip: z.string(),
    keyId: z.string(),
    keyName: z.string().nullable(),
    accountId: z.string(),
    accountName: z.string().nullable(),
    requests: count,
    errors: count,
    cost: usdAnswer,
    firstSeen: timeAnswer,
    lastSeen: timeAnswer,
  })
  .meta({ id: "KeyAtIp" });

export const ipDaysQuery = z.strictObject({
  ...pageFields,
  from: timeInput.optional(),
  to: timeInput.optional(),
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  ip: lineInput(64).optional(),
  cidr: lineInput(64).optional(),
});

export const ipDaysPage = pageAnswer(keyAtIp);

export type ByIpQuery = z.infer<typeof byIpQuery>;
export type IpDaysQuery = z.infer<typeof ipDaysQuery>;
export type IpReport = z.infer<typeof ipReport>;
export type KeyAtIp = z.infer<typeof keyAtIp>;
export type ByIpAnswer = z.infer<typeof byIpAnswer>;
