const MOST_CHARACTERS = 40;
const BROWSER = /^mozilla\//i;
const BROWSERS = [
  ["edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ["firefox", /\bFirefox\/(\d+)/],
  ["chrome", /\b(?:Chrome|CriOS)\/(\d+)/],
  ["safari", /\bVersion\/(\d+)[^ ]* (?:Mobile\/\S+ )?Safari\//],
] as const;

/**
 * A client by its user agent: "family version" with the version's first two numbers, "openai/python 1.99", "chrome 128",
 * "curl 8.5"; "none" without one. Whatever else it says of a person's machine is not kept.
 */
export function agentOf(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === "") return NO_AGENT;
  const known = cache.get(userAgent);
  if (known !== undefined) return known;
  const agent = read(userAgent.trim());
  if (cache.size >= MOST_CACHED) cache.clear();
  cache.set(userAgent, agent);
  return agent;
}

/** The family without the version. */
export function familyOf(agent: string): string {
  const at = agent.lastIndexOf(" ");
  return at === -1 ? agent : agent.slice(0, at);
}

export const NO_AGENT = "none";

// The same few come with every call.
const cache = new Map<string, string>();
const MOST_CACHED = 2_000;

function read(text: string): string {
  if (BROWSER.test(text)) {
    for (const [name, pattern] of BROWSERS) {
      const version = pattern.exec(text)?.[1];
      if (version !== undefined) return `${name} ${version}`;
    }
    return "browser";
  }
  const product = text.split(/[\s(;,]/, 1)[0] ?? "";
  const spaced = /^\S+ v?(\d+(?:\.\d+)?)/.exec(text.slice(product.length === 0 ? 0 : text.indexOf(product)));
  const found = /^(.*?)[/ ]v?(\d+(?:\.\d+)?)[^/]*$/.exec(product);
  const family = (found?.[1] ?? product).toLowerCase().slice(0, MOST_CHARACTERS);
  const version = found?.[2] ?? spaced?.[1];
  if (family === "") return NO_AGENT;
  return version === undefined ? family : `${family} ${version}`;
}
