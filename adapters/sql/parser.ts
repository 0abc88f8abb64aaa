import { gateError } from '../../core/errors';
import type { ParsedStatement, TreeNode } from '../../core/release/sql/tree';
import type { SqlParser } from '../../app/ports/sql-parser';

/** Largest migration that is read, in bytes. */
const LIMIT = 5_000_000;

interface RawStatement {
	readonly stmt?: TreeNode;
	readonly stmt_location?: number;
	readonly stmt_len?: number;
}

const newlines = (text: string): number => text.split('\n').length - 1;

/** White space and comments before a statement. */
const lead = (text: string): string => /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';

/** PostgreSQL's own parser (libpg_query, compiled to WebAssembly), loaded on first use. */
export const postgresParser: SqlParser = {
	async parse(sql: string): Promise<readonly ParsedStatement[]> {
		const bytes = Buffer.from(sql, 'utf8');
		if (bytes.length > LIMIT) throw gateError('sql-too-large', { size: bytes.length, limit: LIMIT });
		if (sql.trim() === '') return [];
		const { parse } = await import('libpg-query');
		let statements: readonly RawStatement[];
		try {
			statements = ((await parse(sql)) as { stmts?: readonly RawStatement[] }).stmts ?? [];
		} catch (cause) {
			throw gateError('sql-unreadable', { reason: cause instanceof Error ? cause.message : 'syntax' }, cause);
		}
		let line = 1;
		let read = 0;
		return statements.map(({ stmt = {}, stmt_location: from = 0, stmt_len: length = 0 }) => {
			line += newlines(bytes.toString('utf8', read, from));
			read = from;
			const text = bytes.toString('utf8', from, length > 0 ? from + length : bytes.length);
			const before = lead(text);
			return { tree: stmt, text: text.slice(before.length).trim(), line: line + newlines(before) };
		});
	},
};
