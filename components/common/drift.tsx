/** Ours ÷ official in percent; 100 % is the rule and is set back. */
export function Drift({ value }: { value: string | null }) {
  if (value === null) return <span style={{ color: "var(--tg-dim)" }}>–</span>;
  const [top = "0", bottom = "1"] = value.split("/");
  const percent = Number(top) / Number(bottom);
  const text = `${Number(percent.toFixed(2))} %`;
  if (percent === 100) return <span style={{ color: "var(--tg-dim)" }}>{text}</span>;
  const isFar = percent < 50 || percent > 100;
  return <span style={{ color: isFar ? "var(--tg-warn)" : "inherit", fontWeight: 600 }}>{text}</span>;
}
