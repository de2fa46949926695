import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitForUpdate } from "@pydantic/genai-prices";
import { type CatalogueModel, mergeCatalogue } from "./catalogue.ts";
import { officialModels } from "./official.ts";
import { readPriceTable } from "./price-table-csv.ts";

/**
 * The catalogue that a new installation is seeded with: the tables of `pricesDirectory` (prisma/prices) over
 * the official prices that come with the package, as they stand on `asOf` (ISO date). Same files and date,
 * same catalogue; nothing is fetched. Throws an Error that names the table and line that cannot be read.
 */
export async function loadCatalogue(options: {
  pricesDirectory: string;
  asOf: string;
}): Promise<CatalogueModel[]> {
  const names = (await readdir(options.pricesDirectory)).filter((name) => name.endsWith(".csv")).sort();
  const tables = await Promise.all(
    names.map(async (name) =>
      readPriceTable({ name, text: await readFile(join(options.pricesDirectory, name), "utf8") }),
    ),
  );
  const providers = await waitForUpdate();
  return mergeCatalogue([...tables, officialModels(providers ?? [], options.asOf)]);
}
