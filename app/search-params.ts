/** The parameters of a page's address. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** Those of them that are named, as the page's queries take them; what is not set is null. */
export async function pick<Name extends string>(
  params: SearchParams,
  names: readonly Name[],
): Promise<Record<Name, string | null>> {
  const given = await params;
  const value = (name: Name) => {
    const found = given[name];
    return (Array.isArray(found) ? found[0] : found) ?? null;
  };
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, string | null>;
}
