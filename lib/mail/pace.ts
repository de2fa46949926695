/**
 * How many connections a sender keeps to its server: one at first, one more for each handful that it takes, half as many
 * when it asks for less (421, "too many"), as TCP finds out what a line carries.
 */
export type Pace = { readonly lanes: number; readonly taken: number };

/** Mails that every connection must have carried before there is one more. */
const CARRIED = 3;

export const firstPace: Pace = { lanes: 1, taken: 0 };

/** The server took a mail. */
export function faster({ lanes, taken }: Pace, most: number): Pace {
  if (lanes >= most) return { lanes: most, taken: 0 };
  return taken + 1 >= lanes * CARRIED ? { lanes: lanes + 1, taken: 0 } : { lanes, taken: taken + 1 };
}

/** The server asked for less. */
export function slower({ lanes }: Pace): Pace {
  return { lanes: Math.max(1, Math.floor(lanes / 2)), taken: 0 };
}
