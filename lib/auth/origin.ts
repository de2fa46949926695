/** From where someone signs in; `link`: their profile's address for a mail, null where none can be trusted. */
export type SignInOrigin = { ip: string | null; userAgent?: string | null; link?: string | null };
