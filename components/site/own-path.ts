/** A path of this site to go on to; anything that could lead elsewhere is the first page. */
export function ownPath(asked: string | null): string {
  if (asked === null || !asked.startsWith("/")) return "/";
  const base = "http://own.invalid";
  const url = URL.parse(asked, base);
  return url?.origin === base ? `${url.pathname}${url.search}` : "/";
}
