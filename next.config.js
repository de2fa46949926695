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
  // Loaded when first asked for. All of them at once are 100 MB of heap, which every collection of garbage marks while
  // calls wait, and most nodes serve few of the pages.
  experimental: { preloadEntriesOnStart: false },
  // The listener has normalised the path already, and gateway paths end as their protocols want them.
  skipTrailingSlashRedirect: true,
};

export default withNextIntl(nextConfig);
