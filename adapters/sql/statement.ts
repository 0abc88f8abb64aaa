/** What a database takes or gives back for one column. */
export type Cell = string | number | null | Uint8Array;

/** What stands for one parameter; only Postgres is ever given a list or a truth value. */
export type Parameter = Cell | boolean | readonly Cell[];

/** One row as the database gives it: a cell for each column that was selected, in that order. */
export type Cells = readonly Cell[];

/** A piece of SQL: the text around its parameters, and their values. */
export class Sql {
	constructor(
		readonly pieces: readonly string[],
		readonly values: readonly Parameter[],
	) {}

	/** The text, with each parameter written as the database wants it; `at` counts from 1. */
	text(parameter: (at: number) => string): string {
		let text = this.pieces[0] ?? '';
		for (let at = 1; at < this.pieces.length; at += 1) text += parameter(at) + (this.pieces[at] ?? '');
		return text;
	}
}

/** SQL from a template string. What stands in `${}` becomes a parameter, unless it is SQL itself. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | Parameter)[]): Sql {
	const pieces = [strings[0] ?? ''];
	const values: Parameter[] = [];
	const add = (text: string): void => {
		pieces[pieces.length - 1] = (pieces[pieces.length - 1] ?? '') + text;
	};
	parts.forEach((part, at) => {
		if (part instanceof Sql) {
			add(part.pieces[0] ?? '');
			pieces.push(...part.pieces.slice(1));
			values.push(...part.values);
		} else {
			values.push(part);
			pieces.push('');
		}
		add(strings[at + 1] ?? '');
	});
	return new Sql(pieces, values);
}

/** Text of our own as SQL: names of tables and columns, never a value. */
export const raw = (text: string): Sql => new Sql([text], []);

/** Nothing. */
export const nothing = raw('');

/** Pieces in a row, `between` them. */
export function joined(parts: readonly Sql[], between: string): Sql {
	return parts.reduce((all, part, at) => (at === 0 ? part : sql`${all}${raw(between)}${part}`), nothing);
}

/** `piece` where the condition holds. */
export const when = (holds: boolean, piece: () => Sql): Sql => (holds ? piece() : nothing);

/** Values as a list of parameters: `$1, $2`. */
export const listed = (values: readonly Parameter[]): Sql =>
	joined(
		values.map((value) => sql`${value}`),
		', ',
	);
