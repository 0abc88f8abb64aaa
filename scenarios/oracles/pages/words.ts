/** A count with its thousands set apart. */
export const grouped = (value: number): string => value.toLocaleString('en-US');
