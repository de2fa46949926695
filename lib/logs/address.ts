import { addressOf, networkOf } from "./filters.ts";

/**
 * What a person typed to find where calls came from: an address, a network, or the first parts of an IPv4 address, which
 * stand for their network ("203.0.113." is 203.0.113.0/24). Undefined for anything else.
 */
export function readAddress(text: string): { ip: string } | { cidr: string } | undefined {
  const parts = /^(\d{1,3}(?:\.\d{1,3}){0,2})\.?$/.exec(text)?.[1]?.split(".");
  try {
    if (parts !== undefined) {
      return { cidr: networkOf(`${[...parts, "0", "0", "0"].slice(0, 4).join(".")}/${parts.length * 8}`) };
    }
    return text.includes("/") ? { cidr: networkOf(text) } : { ip: addressOf(text) };
  } catch {
    return undefined;
  }
}
