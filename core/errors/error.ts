/** One row of the catalogue: what happened and how to get unstuck, with `{placeholders}` filled from the context; `{count thing}` counts things. */
export interface CatalogueEntry {
	readonly message: string;
	readonly remedy: string;
}

/** Values that may be shown to people: identifiers, counts, names of fields. Never tokens, never contact data. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Most characters of one value in a message: what a stranger wrote must not make a message of a megabyte. */
const longestValue = 1_000;

const shortened = (value: string): string => {
	if (value.length <= longestValue) return value;
	return `${value.slice(0, longestValue).toWellFormed()}…`;
};

/** `{count problem}` becomes "1 problem" or "2 problems". */
const fill = (text: string, context: ErrorContext): string =>
	text.replace(/\{(\w+)(?: (\w+))?\}/g, (placeholder, name: string, noun?: string) => {
		const value = context[name];
		if (value === undefined || value === null) return placeholder;
		const shown = shortened(String(value));
		return noun === undefined ? shown : `${shown} ${noun}${Number(value) === 1 ? '' : 's'}`;
	});

/**
 * The only error class of the package. Thrown through {@link fail}, so that each error has a code of the catalogue,
 * a message that says what happened and a remedy that says how to get unstuck.
 */
export class ReleaseGateError extends Error {
	override readonly name = 'ReleaseGateError';

	constructor(
		readonly code: string,
		message: string,
		readonly remedy: string,
		readonly context: ErrorContext = {},
		options?: ErrorOptions,
	) {
		super(message, options);
	}
}

/** Builds an error of a catalogue. `cause` keeps the technical error for logs; it is never shown on an item. */
export function catalogueError<Codes extends string>(
	catalogue: Readonly<Record<Codes, CatalogueEntry>>,
	code: Codes,
	context: ErrorContext = {},
	cause?: unknown,
): ReleaseGateError {
	const entry = catalogue[code];
	return new ReleaseGateError(
		code,
		fill(entry.message, context),
		fill(entry.remedy, context),
		context,
		cause === undefined ? undefined : { cause },
	);
}
