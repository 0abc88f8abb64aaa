/** A service model of AWS (`service-2.json`, as botocore and the other SDKs keep it), as far as it is read here. */
interface ServiceModel {
	readonly metadata: { readonly protocol: string; readonly targetPrefix?: string };
	readonly operations: Readonly<Record<string, Operation>>;
	readonly shapes: Readonly<Record<string, Shape>>;
}

interface Operation {
	readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
	readonly input?: { readonly shape: string };
	readonly output?: { readonly shape: string };
}

interface Member {
	readonly shape: string;
	/** `header`, `uri`, `querystring` and the like; absent: in the body. */
	readonly location?: string;
	/** Its name on the wire, where it is another. */
	readonly locationName?: string;
}

interface Shape {
	readonly type: string;
	readonly required?: readonly string[];
	readonly members?: Readonly<Record<string, Member>>;
	readonly member?: Member;
}

type Document = Readonly<Record<string, unknown>>;

const isServiceModel = (document: unknown): document is ServiceModel =>
	typeof (document as Partial<ServiceModel>).metadata?.protocol === 'string' &&
	typeof (document as Partial<ServiceModel>).shapes === 'object';

const refTo = ({ shape }: { readonly shape: string }) => ({ $ref: `#/components/schemas/${shape}` });

/** A shape as a schema: only what a body carries. */
function schemaOf({ type, required = [], members = {}, member }: Shape): Document {
	if (type === 'list') return { type: 'array', ...(member && { items: refTo(member) }) };
	if (type !== 'structure') return {};
	const inBody = Object.entries(members).filter(([, { location }]) => location === undefined);
	const nameOf = (name: string): string => members[name]?.locationName ?? name;
	return {
		type: 'object',
		properties: Object.fromEntries(inBody.map(([name, one]) => [nameOf(name), refTo(one)])),
		required: required.filter((name) => members[name]?.location === undefined).map(nameOf),
	};
}

const bodyOf = (shape: { readonly shape: string } | undefined) =>
	shape && { content: { 'application/json': { schema: refTo(shape) } } };

/**
 * A service model of AWS in the form of OpenAPI 3, so that it is compared as any other description; everything else is given
 * back as it is. Operations keep their name as `operationId`: with the protocol `json` they share one path. What their
 * answers of 400 and more look like is not said.
 */
export function asOpenApi(document: Document): Document {
	if (!isServiceModel(document)) return document;
	const { operations, shapes, metadata } = document;
	const paths = Object.entries(operations).map(([operationId, { http, input, output }]) => {
		const answer = { description: '', ...bodyOf(output) };
		const operation = {
			operationId,
			...(input && { requestBody: bodyOf(input) }),
			responses: { [http.responseCode ?? 200]: answer },
		};
		// A fragment keeps apart what shares a path and is told apart by a header.
		const path = metadata.protocol === 'json' ? `${http.requestUri}#${operationId}` : http.requestUri;
		return [path, { [http.method.toLowerCase()]: operation }] as const;
	});
	const byPath = new Map<string, Document>();
	for (const [path, item] of paths) byPath.set(path, { ...byPath.get(path), ...item });
	const schemas = Object.entries(shapes).map(([name, shape]) => [name, schemaOf(shape)] as const);
	return { paths: Object.fromEntries(byPath), components: { schemas: Object.fromEntries(schemas) } };
}
