import { consoleTables } from "./console-tables.ts";
import { hotTables } from "./hot-tables.ts";
import { moneyTables } from "./money-tables.ts";
import type { RecordedTable } from "./recorded-table.ts";

/**
 * Everything that the database records: each column stands under the purpose for which it is there. The public privacy
 * page is made of this; a test compares it with the migrated database, so that no column comes without a purpose.
 */
export const recorded: readonly RecordedTable[] = [...hotTables, ...consoleTables, ...moneyTables];
