import type { IExecuteFunctions } from 'n8n-workflow';
import { listOf, namesIn } from '../../core/delivery/configured';
import type { Milliseconds } from '../../core/delivery/types';
import { gateError, type ReleaseGateError } from '../../core/errors';

export { listOf };

const DAY: Milliseconds = 86_400_000;

/** The error for a parameter that cannot be used. `parameter`: as the editor calls it. */
export const unreadable = (parameter: string, reason: string, cause?: unknown): ReleaseGateError =>
	gateError('parameter-unreadable', { parameter, reason }, cause);

/**
 * JSON as people give it: text, or what an expression made of it. `undefined` for nothing. `refused` builds the error
 * for text that is none.
 */
export function jsonOf(value: unknown, refused: (cause: unknown) => Error): unknown {
	if (value === null) return undefined;
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	try {
		return JSON.parse(value) as unknown;
	} catch (cause) {
		throw refused(cause);
	}
}

/** What a number may be. */
export interface NumberRange {
	/** Taken where the parameter is absent. */
	readonly fallback?: number;
	readonly least?: number;
	/** Whether it must be a whole number. */
	readonly whole?: boolean;
}

/** The one way to read a node's parameters, as they are for one item. */
export class Parameters {
	constructor(
		private readonly ctx: Pick<IExecuteFunctions, 'getNodeParameter'>,
		/** Index of the input item that expressions see. */
		readonly item = 0,
	) {}

	/** As it is, whatever it is. */
	any(name: string, fallback?: unknown): unknown {
		// n8n's own type of a fallback is `any`; it is handed back where the parameter is absent.
		return this.ctx.getNodeParameter(name, this.item, fallback);
	}

	/** Text, trimmed; numbers are written out, anything else is empty. */
	text(name: string): string {
		const value = this.any(name, '');
		return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	}

	/**
	 * What a picker holds, by n8n's own reading of its mode, trimmed. Workflows saved before the parameter was a picker
	 * hold the plain name, which n8n hands on as it is (n8n-core, `extract-value`). Only for parameters that are shown.
	 */
	picked(name: string): string {
		const value: unknown = this.ctx.getNodeParameter(name, this.item, '', { extractValue: true });
		return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	}

	/** Text that must not be empty. Throws `parameter-unreadable`. */
	needed(name: string, parameter: string): string {
		const value = this.text(name);
		if (value === '') throw unreadable(parameter, 'it is empty');
		return value;
	}

	/** What a picker holds, which must be something. Throws `parameter-unreadable`. */
	chosen(name: string, parameter: string): string {
		const value = this.picked(name);
		if (value === '') throw unreadable(parameter, 'nothing is chosen');
		return value;
	}

	/** Names separated by commas or line ends. */
	list(name: string): readonly string[] {
		return listOf(this.text(name));
	}

	/** Names from several parameters, each once: ticked in a list, or separated by commas or line ends. */
	names(...parameters: readonly string[]): readonly string[] {
		return namesIn(...parameters.map((name) => this.any(name, ''))) ?? [];
	}

	/** Whether a box is ticked. */
	flag(name: string, fallback = false): boolean {
		return this.any(name, fallback) === true;
	}

	/** A number; text of one counts. Throws `parameter-unreadable`. */
	number(name: string, parameter: string, { fallback, least, whole = false }: NumberRange = {}): number {
		const given = this.any(name, fallback);
		const value = typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given);
		const fits = Number.isFinite(value) && value >= (least ?? -Infinity);
		if (fits && (!whole || Number.isInteger(value))) return value;
		const kind = whole ? 'a whole number' : 'a number';
		throw unreadable(parameter, `it must be ${kind}${least === undefined ? '' : ` from ${least} on`}`);
	}

	/** A length of time that is given in days. Throws `parameter-unreadable`. */
	days(name: string, parameter: string, range: NumberRange = {}): Milliseconds {
		return this.number(name, parameter, range) * DAY;
	}

	/** JSON, as text or as an expression's value; `undefined` if empty. Throws `parameter-unreadable`. */
	json(name: string, parameter: string): unknown {
		return jsonOf(this.any(name), (cause) => unreadable(parameter, 'it is no JSON', cause));
	}

	/** A JSON object; `{}` if empty. Throws `parameter-unreadable`. */
	object(name: string, parameter: string): Readonly<Record<string, unknown>> {
		const value = this.json(name, parameter) ?? {};
		if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
		throw unreadable(parameter, 'it is no JSON object');
	}

	/** A collection of options; `{}` where none was added. */
	collection(name: string): Readonly<Record<string, unknown>> {
		const value = this.any(name, {});
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
	}
}
