import type { ZodTypeAny } from 'zod';

/** Where a contract was read, and when. */
export interface Source {
	/** Address of the page or of the official description. */
	readonly url: string;
	/** Day it was read, `YYYY-MM-DD`; `null` where it could not be read: written from what is known of it, to be confirmed. */
	readonly read: string | null;
}

/** One kind of call to a vendor: what may be sent, and what may be answered. */
export interface Exchange {
	/** Short name, unique within the vendor, e.g. `send`. */
	readonly name: string;
	readonly method: string;
	/** Path as an OpenAPI description writes it, e.g. `/crm/v3/objects/contacts/{id}`. A `*` at the end takes any rest. */
	readonly path: string;
	/** Its name in the vendor's description, where several share a path and a header tells them apart. */
	readonly operation?: string;
	/** Query parameters, each text. Absent: not looked at. */
	readonly query?: ZodTypeAny;
	/** Headers, their names in lower case; authorization is kept out of the log and can not be asked for. */
	readonly headers?: ZodTypeAny;
	/** Body. Absent: none is looked at. */
	readonly request?: ZodTypeAny;
	/** What the vendor answers, by status; `null`: a body is not looked at. */
	readonly answers: Readonly<Record<number, ZodTypeAny | null>>;
	/** Where this exchange was read, if not where the rest was. */
	readonly source?: Source;
}

/** What we rely on of one vendor. A stand-in may only be stricter. */
export interface Contract {
	readonly vendor: string;
	readonly sources: readonly Source[];
	readonly exchanges: readonly Exchange[];
	/** Body of any answer of 400 or more that the exchange does not name. Answers of 500 and more may also be no JSON. */
	readonly refusal: ZodTypeAny;
}

/** Whether a path is one of the template's. */
export function fits(template: string, path: string): boolean {
	const [wanted, given] = [template.split('/'), path.split('/')];
	const open = wanted.at(-1) === '*';
	if (open ? given.length < wanted.length : given.length !== wanted.length) return false;
	return wanted.every((step, at) => {
		if (step === '*' && at === wanted.length - 1) return true;
		// A part may hold more than a placeholder, e.g. `{id}.json`.
		const [before, after, ...more] = step.split(/\{[^}]*\}/);
		if (before === undefined || after === undefined || more.length > 0) return step === given[at];
		const text = given[at] ?? '';
		return text.length > before.length + after.length && text.startsWith(before) && text.endsWith(after);
	});
}

/** The exchange a call belongs to. An exact path goes before one with placeholders. */
export function exchangeOf(contract: Contract, method: string, path: string): Exchange | undefined {
	const found = contract.exchanges.filter(
		(exchange) => exchange.method === method && fits(exchange.path, path),
	);
	return found.sort((a, b) => placeholders(a.path) - placeholders(b.path))[0];
}

const placeholders = (path: string): number => path.split('{').length - 1 + (path.endsWith('*') ? 1 : 0);
