/** "×0.9"; one without a finite decimal as its value to four places, marked. */
export function MultiplierText({ value }: { value: string }) {
  const [top = "1", bottom] = value.split("/");
  return bottom === undefined ? (
    <span>×{value}</span>
  ) : (
    <span title={`×${value}`}>≈×{Number((Number(top) / Number(bottom)).toPrecision(4))}</span>
  );
}
