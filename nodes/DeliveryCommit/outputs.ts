/** Output of what was recorded; output 0 is refused. */
export const DONE = 1;
