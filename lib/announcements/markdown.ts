import { micromark } from "micromark";

/**
 * Markdown as HTML that may stand anywhere: tags in the source become text, links lead to http, https and mailto only.
 * Pictures are left as text: a mail's picture would tell who opened it.
 */
export function htmlOf(markdown: string): string {
  const html = micromark(markdown, { extensions: [{ disable: { null: ["labelStartImage"] } }] });
  return html.replaceAll("<a href=", '<a rel="noopener nofollow" href=');
}
