export { takeSecretReport as POST } from "#lib/api/secret-scanning-route";
