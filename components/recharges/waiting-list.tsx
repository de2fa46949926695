import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Ago } from "../common/ago.tsx";
import { Paid } from "./paid.tsx";
import classes from "./recharges.module.css";

type Waiting = {
  id: string;
  accountName: string;
  orderNo: string;
  amount: string | null;
  currency: string | null;
  createdAt: string;
};

type Props<Row extends Waiting> = {
  title: string;
  rows: readonly Row[];
  /** What a row waits for, where that is not the same for all. */
  why?: (row: Row) => ReactNode;
  /** The verb on each row's button, and its name for who cannot see the row. */
  action: string;
  actionOn: (row: Row) => string;
  onAct: (id: string) => void;
  /** What stands below the rows. */
  children?: ReactNode;
};

/** What waits for a person, above all orders; nothing where nothing does. */
export function WaitingList<Row extends Waiting>(props: Props<Row>) {
  const { title, rows, why, action, actionOn, onAct, children } = props;
  if (rows.length === 0) return null;
  return (
    <section className={classes.waiting} aria-label={title}>
      <h2>{title}</h2>
      <table className={classes.table}>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>{row.accountName}</td>
              <td>{row.orderNo}</td>
              {why !== undefined && <td className={classes.wide}>{why(row)}</td>}
              <td data-right className={classes.wide}>
                {row.amount !== null && row.currency !== null && (
                  <Paid amount={row.amount} currency={row.currency} />
                )}
              </td>
              <td data-right className={classes.wide}>
                <Ago at={row.createdAt} />
              </td>
              <td data-right>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={actionOn(row)}
                  onClick={() => onAct(row.id)}
                >
                  {action}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </section>
  );
}
