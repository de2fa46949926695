/** What the list of nodes can be sorted by; "-" is downwards. The first, the youngest first, is what no `sort` means. */
export const nodeSorts = [
  "-id",
  "id",
  "state",
  "-state",
  "-lastSeen",
  "lastSeen",
  "-waiting",
  "waiting",
  "-lag",
  "lag",
  "-leased",
  "leased",
] as const;
export type NodeSort = (typeof nodeSorts)[number];
