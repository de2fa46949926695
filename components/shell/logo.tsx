import classes from "./shell.module.css";

/** The gateway's own logo, or the raised barrier where none was given, beside its name. */
export function Logo({ name, logo = null }: { name: string; logo?: string | null }) {
  return (
    <span className={classes.logo}>
      {logo === null ? (
        <Barrier />
      ) : (
        // biome-ignore lint/performance/noImgElement: a few kilobytes from our own origin, kept for a year
        <img src={logo} alt="" height="24" className={classes.logoImage} />
      )}
      <span className={classes.logoName}>{name}</span>
    </span>
  );
}

function Barrier() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--mantine-color-petrol-7)" />
      <rect x="7" y="12" width="4" height="13" rx="1.2" fill="#fff" />
      <path d="M9 14.5 26 6.8" stroke="#fff" strokeWidth="3.4" strokeLinecap="round" />
      <path
        d="m14.2 12.1 3.6-1.6M20.8 9.1l2.6-1.15"
        stroke="var(--mantine-color-petrol-7)"
        strokeWidth="1.7"
      />
      <path d="M15 25h11" stroke="var(--mantine-color-petrol-2)" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
