import { Tooltip } from "@mantine/core";
import classes from "./common.module.css";

/** A multiplier: "×0.075"; one without a finite decimal is marked "≈" and hovering shows the exact fraction. */
export function MultiplierCell({ value }: { value: string | null | undefined }) {
  if (value === null || value === undefined) return <span className={classes.none}>–</span>;
  const [top = "", bottom] = value.split("/");
  if (bottom === undefined) return <span className={classes.multiplier}>×{value}</span>;
  const rounded = Number((Number(top) / Number(bottom)).toPrecision(4));
  return (
    <Tooltip label={`×${value}`}>
      <span className={classes.multiplier}>≈{rounded}</span>
    </Tooltip>
  );
}
