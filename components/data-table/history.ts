/** What one may want to go back from: a filter, an opened row or form. */
export const pushed = { history: "push" } as const;

/** What happens in small steps, where going back through each would be a nuisance. */
export const replaced = { history: "replace" } as const;
