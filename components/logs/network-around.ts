/** The network that the report counts an address to: /24 of IPv4, /48 of IPv6 (which is written out to find its start). */
export function networkAround(ip: string): string {
  if (!ip.includes(":")) return `${ip.split(".").slice(0, 3).join(".")}.0/24`;
  const [head = "", tail] = ip.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  const first = [...before, ...zeros, ...after].slice(0, 3);
  while (first.at(-1) === "0") first.pop();
  return `${first.join(":")}::/48`;
}
