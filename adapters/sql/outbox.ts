/** How long an entry waits when its writer says "later" without a time, in milliseconds. */
export const defaultRetryMs = 60_000;
