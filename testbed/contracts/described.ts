import { z, type ZodTypeAny } from 'zod';
import type { Contract, Exchange } from './contract';

type Json = unknown;
type Fields = Readonly<Record<string, Json>>;

const isFields = (value: Json): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** An official description in the form of OpenAPI 3 or Swagger 2, as it was read from its file. */
export interface Description {
	readonly name: string;
	readonly document: Fields;
}

/** One place where our contract and the official description do not say the same. */
export interface Difference {
	readonly exchange: string;
	/** `path`, `status`, `request` or `answer`. */
	readonly where: string;
	readonly what: string;
}

/** What was compared. */
export interface Comparison {
	/** Exchanges that the descriptions have, by name. */
	readonly found: readonly string[];
	readonly missing: readonly string[];
	readonly differences: readonly Difference[];
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');

const part = (value: Json, ...steps: readonly string[]): Json =>
	steps.reduce<Json>((held, step) => (isFields(held) ? held[step] : undefined), value);

/** The value a `$ref` leads to, however often. */
function resolved(document: Fields, value: Json, depth = 0): Json {
	const ref = part(value, '$ref');
	if (typeof ref !== 'string' || depth > 20) return value;
	const steps = ref
		.replace(/^#\//, '')
		.split('/')
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
	return resolved(document, part(document, ...steps), depth + 1);
}

/** A part of a schema by the fields it may have; `null` where it does not say. */
interface Shape {
	readonly fields: ReadonlyMap<string, Json>;
	readonly required: ReadonlySet<string>;
	/** Whether other fields are refused. */
	readonly closed: boolean;
}

/** The fields of a schema, those of all its alternatives together. */
function shapeOf(document: Fields, schema: Json, depth = 0): Shape | null {
	const own = resolved(document, schema);
	if (!isFields(own) || depth > 12) return null;
	const fields = new Map<string, Json>(Object.entries((own['properties'] as Fields | undefined) ?? {}));
	const required = new Set((own['required'] as readonly string[] | undefined) ?? []);
	for (const key of ['allOf', 'oneOf', 'anyOf']) {
		const list = own[key];
		if (!Array.isArray(list)) continue;
		const shapes = list.flatMap((entry: Json) => shapeOf(document, entry, depth + 1) ?? []);
		for (const shape of shapes)
			for (const [name, field] of shape.fields) if (!fields.has(name)) fields.set(name, field);
		// What only one of several alternatives asks for is not asked for.
		for (const name of shapes[0]?.required ?? [])
			if (key === 'allOf' || shapes.every((shape) => shape.required.has(name))) required.add(name);
		if (key === 'allOf') for (const shape of shapes) for (const name of shape.required) required.add(name);
	}
	if (fields.size === 0) return null;
	return { fields, required, closed: own['additionalProperties'] === false };
}

const itemsOf = (document: Fields, schema: Json): Json => {
	const own = resolved(document, schema);
	return isFields(own) && own['type'] === 'array' ? own['items'] : undefined;
};

/** The zod type below wrappers that do not change its shape. */
function bare(type: ZodTypeAny): ZodTypeAny {
	if (type instanceof z.ZodOptional || type instanceof z.ZodNullable)
		return bare(type.unwrap() as ZodTypeAny);
	if (type instanceof z.ZodDefault) return bare(type.removeDefault() as ZodTypeAny);
	if (type instanceof z.ZodEffects) return bare(type.innerType() as ZodTypeAny);
	return type;
}

/** Objects a zod type can be. */
const objectsOf = (type: ZodTypeAny): readonly z.ZodObject<z.ZodRawShape>[] => {
	const own = bare(type);
	if (own instanceof z.ZodObject) return [own as z.ZodObject<z.ZodRawShape>];
	if (own instanceof z.ZodUnion) return (own.options as readonly ZodTypeAny[]).flatMap(objectsOf);
	return [];
};

const elementOf = (type: ZodTypeAny): ZodTypeAny | undefined => {
	const own = bare(type);
	return own instanceof z.ZodArray ? (own.element as ZodTypeAny) : undefined;
};

type Told = (what: string) => void;

/** Fields of our type that the description does not have, and those it asks for that ours does not know. */
function compare(
	document: Fields,
	schema: Json,
	type: ZodTypeAny,
	path: string,
	asked: boolean,
	tell: Told,
): void {
	const element = elementOf(type);
	if (element) {
		const items = itemsOf(document, schema);
		if (items !== undefined) compare(document, items, element, `${path.replace(/\.$/, '')}[].`, asked, tell);
		return;
	}
	const objects = objectsOf(type);
	const shape = shapeOf(document, schema);
	if (objects.length === 0 || shape === null) return;
	const known = new Set(objects.flatMap(({ shape: own }) => Object.keys(own)));
	for (const name of known) {
		const field = shape.fields.get(name);
		if (field === undefined) {
			// What an answer may have besides is not relied on.
			const relied = asked || objects.every(({ shape: own }) => own[name] && !own[name].isOptional());
			if (relied) tell(`${path}${name} is not described`);
			continue;
		}
		const types = objects.flatMap(({ shape: own }) => own[name] ?? []);
		const [first] = types;
		if (first && types.length === 1) compare(document, field, first, `${path}${name}.`, asked, tell);
	}
	const strict = objects.every(({ _def }) => _def.unknownKeys === 'strict');
	for (const name of shape.required) {
		if (!known.has(name) && (asked || strict)) tell(`${path}${name} is required and not in our contract`);
	}
}

/** Ours and theirs name the same path: placeholders may have other names. */
const samePath = (ours: string, theirs: string): boolean => {
	const [a, b] = [ours, theirs].map((path) => path.replace(/\/$/, '').split('/'));
	// What we leave open must be open there; what we name may be.
	return a?.length === b?.length && (a ?? []).every((step, at) => step === b?.[at] || isOpen(b?.[at]));
};
const isOpen = (step: string | undefined): boolean => step !== undefined && /^\{.*\}$|^\*$/.test(step);

/** Path of the server, or Swagger's base path, before each path of a description. */
const prefixesOf = (document: Fields): readonly string[] => {
	const servers = Array.isArray(document['servers']) ? (document['servers'] as readonly Json[]) : [];
	const urls = servers.map((server) => textOf(part(server, 'url')));
	const paths = urls.map((url) => url.replace(/^https?:\/\/[^/]*/, '').replace(/\/$/, ''));
	return [...new Set([...paths, textOf(document['basePath']), ''])];
};

function operationOf(descriptions: readonly Description[], { method, path, operation: named }: Exchange) {
	const found: { document: Fields; operation: Json; placeholders: number }[] = [];
	for (const { document } of descriptions) {
		for (const prefix of prefixesOf(document)) {
			for (const [theirs, item] of Object.entries((document['paths'] as Fields | undefined) ?? {})) {
				const operation = part(item, method.toLowerCase());
				if (operation === undefined) continue;
				const [own, fragment] = `${prefix}${theirs}`.split('#');
				if (samePath(path, own ?? '') && fragment === named)
					found.push({ document, operation, placeholders: theirs.split('{').length });
			}
		}
	}
	return found.sort((a, b) => a.placeholders - b.placeholders)[0];
}

const contentOf = (holder: Json): Json => {
	const content = part(holder, 'content');
	const [first] = isFields(content) ? Object.values(content) : [];
	return part(holder, 'schema') ?? part(first, 'schema');
};

const requestOf = (document: Fields, operation: Json): Json => {
	const body = contentOf(resolved(document, part(operation, 'requestBody')));
	if (body !== undefined) return body;
	const parameters = part(operation, 'parameters');
	const inBody = (Array.isArray(parameters) ? parameters : [])
		.map((one: Json) => resolved(document, one))
		.find((one) => part(one, 'in') === 'body');
	return part(inBody, 'schema');
};

/**
 * Compares a contract with official descriptions of the vendor: paths, statuses, fields that we send and that are not
 * described, fields of answers that we rely on and that are not described, and fields that the vendor asks for and we do
 * not know. A part that a description leaves open is not compared. Never throws for a description that can be read.
 */
export function compareContract(contract: Contract, descriptions: readonly Description[]): Comparison {
	const found: string[] = [];
	const missing: string[] = [];
	const differences: Difference[] = [];
	for (const exchange of contract.exchanges) {
		const name = `${exchange.method} ${exchange.path}`;
		const match = operationOf(descriptions, exchange);
		if (!match) {
			missing.push(name);
			continue;
		}
		found.push(name);
		const { document, operation } = match;
		const tell =
			(where: string): Told =>
			(what) =>
				void differences.push({ exchange: name, where, what });
		const request = requestOf(document, operation);
		if (exchange.request && request !== undefined)
			compare(document, request, exchange.request, '', true, tell('request'));
		const responses = part(operation, 'responses');
		for (const [status, type] of Object.entries(exchange.answers)) {
			if (part(responses, status) === undefined) {
				tell('status')(`${status} is not described`);
				continue;
			}
			const schema = contentOf(resolved(document, part(responses, status)));
			if (type && schema !== undefined) compare(document, schema, type, '', false, tell('answer'));
		}
	}
	return { found, missing, differences };
}
