import { serveAuth } from "#lib/api/auth-route";

export { serveAuth as GET, serveAuth as POST };
