import { Tooltip } from "@mantine/core";
import { moneyText } from "../common/format-money.ts";

/** USD, a decimal or a fraction; what has no finite decimal is marked "≈" and hovering shows the fraction. */
export function PriceFigure({ usd }: { usd: string | null | undefined }) {
  if (usd === null || usd === undefined) return <span>–</span>;
  const [top = "0", bottom] = usd.split("/");
  if (bottom === undefined) return <span>{moneyText(usd)}</span>;
  const rounded = String(Number((Number(top) / Number(bottom)).toPrecision(6)));
  return (
    <Tooltip label={`$${usd}`}>
      <span>≈{moneyText(rounded)}</span>
    </Tooltip>
  );
}

/** "-12.5" or "-100/3" as "−12.5 %"; what became dearer is marked. */
export function Percent({ value }: { value: string | null }) {
  if (value === null) return null;
  const [top = "0", bottom = "1"] = value.split("/");
  const percent = Number(top) / Number(bottom);
  const rounded = Number(percent.toFixed(Math.abs(percent) < 10 ? 2 : 1));
  const sign = rounded > 0 ? "+" : rounded < 0 ? "−" : "";
  const color = rounded > 0 ? "var(--tg-warn)" : rounded < 0 ? "var(--tg-ok)" : "var(--tg-dim)";
  return <span style={{ color }}>{`${sign}${Math.abs(rounded)} %`}</span>;
}
