import { discoverModelsOperation } from "#lib/api/operations/channel-discovery";
import { routes } from "#lib/api/routes";

export const { GET, POST, PUT, PATCH, DELETE } = routes(discoverModelsOperation);
