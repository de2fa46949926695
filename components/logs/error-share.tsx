import { useTranslations } from "next-intl";
import classes from "./by-ip.module.css";

/** Which part of the calls failed; hovering says how many. Small shares are not rounded to nothing. */
export function ErrorShare({ requests, errors }: { requests: number; errors: number }) {
  const t = useTranslations("byIp");
  const share = requests === 0 ? 0 : (errors / requests) * 100;
  return (
    <span className={classes.share} data-level={levelOf(share)} title={t("errorsOf", { errors, requests })}>
      {shareText(share)}
    </span>
  );
}

function shareText(percent: number): string {
  if (percent === 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

function levelOf(percent: number): "none" | "few" | "some" | "most" {
  if (percent === 0) return "none";
  if (percent < 10) return "few";
  return percent < 50 ? "some" : "most";
}
