/**
 * The parameters of a path by its operation's template: "/api/models/{id...}" takes the rest of the path, so
 * that ids may hold slashes, plain or percent-encoded. Undefined when the path is not of this template.
 */
export function paramsFromPath(template: string, pathname: string): Record<string, string> | undefined {
  const expected = template.split("/");
  const given = pathname.replace(/\/+$/, "").split("/");
  const params: Record<string, string> = {};
  for (const [at, part] of expected.entries()) {
    const name = /^\{(.+?)(\.\.\.)?\}$/.exec(part);
    if (name?.[1] === undefined) {
      if (part !== given[at]) return undefined;
      continue;
    }
    const value = name[2] ? given.slice(at).join("/") : (given[at] ?? "");
    if (value === "") return undefined;
    params[name[1]] = decode(value);
    if (name[2]) return params;
  }
  return given.length === expected.length ? params : undefined;
}

/** The template as OpenAPI and people write it: "/api/models/{id}". */
export function publicPath(template: string): string {
  return template.replaceAll("...}", "}");
}

/** Names of a template's parameters. */
export function paramNames(template: string): string[] {
  return [...template.matchAll(/\{(.+?)(?:\.\.\.)?\}/g)].map((match) => match[1] ?? "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
