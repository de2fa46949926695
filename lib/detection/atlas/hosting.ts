/** Carriers whose networks hold machines, not people, where their names do not say so. */
const HOSTING_ASNS = new Set([
  13335, 14061, 14618, 15169, 16276, 16509, 19527, 20473, 20940, 24940, 31898, 36351, 37963, 45090, 45102,
  51167, 53667, 54113, 60068, 60781, 62567, 63949, 132203, 135377, 136907, 139070, 197540, 200019, 202422,
  206092, 212238, 396982, 398101, 400328,
]);

const HOSTING_NAME =
  /\b(hosting|hosted|cloud|servers?|vps|vpn|data ?cent(er|re)s?|datacamp|colo(cation)?|amazon|aws|google llc|microsoft|azure|digitalocean|hetzner|ovh|linode|akamai|vultr|choopa|contabo|alibaba|tencent|oracle|leaseweb|m247|scaleway|ionos|fastly|cloudflare|fly\.io|render|netlify|vercel|github|upcloud|kamatera|dedicated|racknerd|colocrossing|hostinger|namecheap|godaddy|rackspace|equinix)\b/i;

/** Whether a carrier rents machines, by number and name. A carrier that also has customers of its own may be taken for one. */
export function isHosting(asn: number, name: string): boolean {
  return HOSTING_ASNS.has(asn) || HOSTING_NAME.test(name);
}
