/** An object that n8n answered with, unread. */
export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; none where it is no list. */
export const listOf = (value: unknown): readonly Fields[] =>
	Array.isArray(value) ? value.filter(isObject) : [];
