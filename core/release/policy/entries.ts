export type Plain = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Plain =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What names an entry of a list, so that two policies can be laid side by side; `null` for a plain value. */
export function entryId(entry: unknown): string | null {
	if (!isPlain(entry)) return null;
	for (const key of ['id', 'name', 'metric', 'when']) if (typeof entry[key] === 'string') return entry[key];
	return null;
}
