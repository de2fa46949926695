import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogueModel, mergeCatalogue } from "./catalogue.ts";
import { type ListedProvider, officialModels, officialPricesDate } from "./official.ts";
import { readPriceTable } from "./price-table-csv.ts";

/**
 * The catalogue that a new installation is seeded with: the tables of `pricesDirectory` (prisma/prices) over
 * the official prices that come with the package, as they stand on `asOf` (ISO date). Same files and date,
 * same catalogue; nothing is fetched. Throws an Error that names the table and line that cannot be read.
 */
export async function loadCatalogue(options: {
  pricesDirectory: string;
  asOf: string;
  /** Instead of the package's own data: that of an uploaded file, and its date. */
  uploaded?: { providers: readonly ListedProvider[]; date: string };
}): Promise<CatalogueModel[]> {
  const names = (await readdir(options.pricesDirectory)).filter((name) => name.endsWith(".csv")).sort();
  const tables = await Promise.all(
    names.map(async (name) =>
      readPriceTable({ name, text: await readFile(join(options.pricesDirectory, name), "utf8") }),
    ),
  );
  const { providers, date } = options.uploaded ?? { providers: await packaged(), date: officialPricesDate };
  return mergeCatalogue([...tables, officialModels(providers, options.asOf, date)]);
}

/** The data is a megabyte: only those load it who read it. */
async function packaged(): Promise<readonly ListedProvider[]> {
  const { waitForUpdate } = await import("@pydantic/genai-prices");
  return (await waitForUpdate()) ?? [];
}
