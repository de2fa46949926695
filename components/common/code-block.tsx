import classes from "./common.module.css";
import { CopyButton } from "./copy-button.tsx";

/** A command or text to paste elsewhere. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <section className={classes.code} aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{code}</pre>
      <CopyButton value={code} size={26} />
    </section>
  );
}
