import { createHash } from 'node:crypto';

/** One step of the schema. A store remembers the checksums of those it was brought through. */
export interface Migration {
	readonly name: string;
	/** SHA-256 of the text, in hex. */
	readonly checksum: string;
	readonly sql: string;
}

/** Steps in their order, by name. */
export const migrationsOf = (texts: Readonly<Record<string, string>>): readonly Migration[] =>
	Object.entries(texts).map(([name, sql]) => ({
		name,
		sql,
		checksum: createHash('sha256').update(sql).digest('hex'),
	}));
