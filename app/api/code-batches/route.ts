import { createCodeBatch, listCodeBatches } from "#lib/api/operations/codes";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(listCodeBatches, createCodeBatch);
