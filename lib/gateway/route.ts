import type { ChannelEntry } from "#lib/snapshot/entries";

/** Whether a channel takes calls of a group. */
export function serves(channel: ChannelEntry, groupId: string): boolean {
  return channel.status === "active" && (channel.groups === null || channel.groups.has(groupId));
}

/**
 * The order in which channels are tried: the highest priority first and all of it before the next, within one
 * priority drawn by weight without putting back. Never the same one twice. `random` is in [0, 1).
 */
export function route(
  channels: readonly ChannelEntry[],
  groupId: string,
  random: () => number,
): ChannelEntry[] {
  const left = channels.filter((channel) => serves(channel, groupId));
  const order: ChannelEntry[] = [];
  while (left.length > 0) {
    const top = Math.max(...left.map((channel) => channel.priority));
    const tier = left.filter((channel) => channel.priority === top);
    const chosen = draw(tier, random);
    order.push(chosen);
    left.splice(left.indexOf(chosen), 1);
  }
  return order;
}

/** Weight 0 is drawn only when nothing heavier is left in its tier. */
function draw(tier: readonly ChannelEntry[], random: () => number): ChannelEntry {
  const total = tier.reduce((sum, channel) => sum + channel.weight, 0);
  let at = random() * total;
  const found = tier.find((channel) => {
    at -= channel.weight;
    return at < 0;
  });
  const chosen = found ?? tier.at(-1);
  if (chosen === undefined) throw new Error("a channel was drawn from an empty tier");
  return chosen;
}
