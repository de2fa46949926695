import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./i18n/request.ts");

/** @type {import("next").NextConfig} */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks types; a start does not do it again.
  typescript: { ignoreBuildErrors: true },
  // Without it Next guesses a root from other lockfiles further up.
  turbopack: { root: import.meta.dirname },
  // The listener has normalised the path already, and gateway paths end as their protocols want them.
  skipTrailingSlashRedirect: true,
};

export default withNextIntl(nextConfig);
